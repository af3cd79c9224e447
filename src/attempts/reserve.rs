//! Reserve a try before the password is looked at; afterwards it is spent, or given back.

use std::time::{Duration, Instant};

use super::attempt::{Attempt, Counted};
use super::{Device, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::crypto;
use crate::db::Run;
use crate::email_address::{self, Typed};
use crate::error::{Error, Problem, Result};
use crate::ids::SessionId;

/// How long to wait before asking again whether the tries before this one have been decided.
const PAUSE: Duration = Duration::from_millis(20);
/// A try that is undecided for so long, and for twice the deadline of the lane, was lost with its node. Long enough for a
/// database that stalls: what lapses too early is a guess for nothing.
const UNDECIDED: Duration = Duration::from_secs(20);

/// What is counted for an address: a digest, because anything may have been typed, even a password.
pub fn subject(email_key: &str) -> String {
    crypto::hex(&crypto::digest(email_key.as_bytes()))
}

/// The browser, if it has logged in before to the account of the address as `typed`.
pub fn known_device(app: &App, typed: &Typed, device_cookie: Option<&str>) -> Option<Device> {
    device_cookie.and_then(|cookie| Device::read(app, cookie, &subject(typed.key())))
}

/// Reserves a try for the address as `typed`, or refuses because it is locked.
///
/// The count goes up in the database before any password is compared: of two hundred at once, five are looked at.
pub async fn reserve(app: &App, typed: &Typed, device: Option<&Device>) -> Result<Attempt> {
    let subject = subject(typed.key());
    let counted = match device {
        Some(device) => (Counted::Device, format!("{subject}:{}", device.name())),
        None => (Counted::Address, subject),
    };
    reserve_counted(app, (typed.key().to_owned(), typed.is_address()), counted).await
}

/// Reserves a try for somebody who is signed in. Each session is counted apart: a stranger's guesses do not keep the owner
/// from what he must confirm, and a stolen session has no more tries than a stranger.
pub async fn reserve_in(app: &App, email: &str, session: SessionId) -> Result<Attempt> {
    let email_key = email_address::fold(email);
    let apart = format!("{}:session:{session}", subject(&email_key));
    reserve_counted(app, (email_key, true), (Counted::Session, apart)).await
}

async fn reserve_counted(
    app: &App,
    (email_key, is_address): (String, bool),
    (counted, subject): (Counted, String),
) -> Result<Attempt> {
    // For a turn here and among all nodes together, as long as a password may wait to be looked at.
    let until = Instant::now() + app.config.passwords.deadline.get();
    let turn = app.turns.take(&subject, until).await?;
    let (tries, lockouts) = count(app, &subject, until).await?;
    Ok(Attempt {
        email_key,
        is_address,
        counted,
        subject,
        tries,
        lockouts,
        _turn: turn,
    })
}

/// Counts a try, and waits while as many as may fail are being looked at, here or on another node.
async fn count(app: &App, subject: &str, until: Instant) -> Result<(u32, u32)> {
    let deadline = app.config.passwords.deadline.get();
    loop {
        let now = app.clock.now();
        // A try that has not been decided by then never will be: its node was stopped.
        let lapsed = now.minus((deadline * 2).max(UNDECIDED));
        let rule = (app.config.login.max_attempts, lapsed);
        if let Some(counted) = store::insert(&app.unhurried(), subject, now, rule).await? {
            return Ok(counted);
        }
        if store::is_locked(&app.db, subject, now).await? {
            return Err(Problem::AccountLocked.into());
        }
        if Instant::now() > until {
            return Err(Error::TryLater(Problem::Busy, Duration::from_secs(2)));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Ends a lock-out early and forgets all counted tries of the address.
pub async fn forgive(run: &impl Run, email_key: &str) -> Result<()> {
    store::delete_all(run, &subject(email_key)).await?;
    Ok(store::set_account_locked(run, email_key, None).await?)
}

/// Forgets counts that are older than the longest lock.
pub async fn purge(app: &App) -> Result<u64> {
    let before = app.clock.now().minus(app.config.login.lock_longest.get());
    Ok(store::delete_older(&app.db, before).await?)
}

/// Whether a lock set until `locked_until` still holds.
pub fn holds(locked_until: Option<Timestamp>, now: Timestamp) -> bool {
    locked_until.is_some_and(|until| until > now)
}
