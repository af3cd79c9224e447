//! Reserve a try before the password is looked at; afterwards it is spent, or given back.

use std::time::{Duration, Instant};

use super::turns::Turn;
use super::{Device, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::crypto;
use crate::db::{Run, Tx};
use crate::email_address;
use crate::error::{Error, Problem, Result};
use crate::ids::SessionId;

/// How long to wait before asking again whether the tries before this one have been decided.
const PAUSE: Duration = Duration::from_millis(20);

/// A reserved try.
#[derive(Debug, Clone)]
pub struct Attempt {
    email_key: String,
    subject: String,
    is_known_device: bool,
    tries: u32,
    lockouts: u32,
    _turn: Turn,
}

/// What is counted for an address: a digest, because anything may have been typed, even a password.
pub fn subject(email_key: &str) -> String {
    crypto::hex(&crypto::digest(email_key.as_bytes()))
}

/// Reserves a try for the address as `typed`, or refuses because it is locked.
///
/// The count goes up in the database before any password is compared: of two hundred at once, five are looked at.
pub async fn reserve(app: &App, typed: &str, device_cookie: Option<&str>) -> Result<Attempt> {
    let email_key = email_address::fold(typed);
    let subject = subject(&email_key);
    let device = device_cookie.and_then(|cookie| Device::read(app, cookie, &subject));
    let apart = device.map(|device| format!("{subject}:{}", device.name()));
    reserve_counted(app, email_key, (subject, apart)).await
}

/// Reserves a try for somebody who is signed in. Each session is counted apart: a stranger's guesses do not keep the owner
/// from what he must confirm, and a stolen session has no more tries than a stranger.
pub async fn reserve_in(app: &App, email: &str, session: SessionId) -> Result<Attempt> {
    let email_key = email_address::fold(email);
    let subject = subject(&email_key);
    let apart = format!("{subject}:session:{session}");
    reserve_counted(app, email_key, (subject, Some(apart))).await
}

async fn reserve_counted(
    app: &App,
    email_key: String,
    (subject, apart): (String, Option<String>),
) -> Result<Attempt> {
    let is_known_device = apart.is_some();
    let counted = apart.unwrap_or(subject);
    let turn = app.turns.take(&counted).await?;
    let (tries, lockouts) = count(app, &counted).await?;
    Ok(Attempt {
        email_key,
        subject: counted,
        is_known_device,
        tries,
        lockouts,
        _turn: turn,
    })
}

/// Counts a try, and waits while as many as may fail are being looked at, here or on another node.
async fn count(app: &App, subject: &str) -> Result<(u32, u32)> {
    let deadline = app.config.passwords.deadline.get();
    let until = Instant::now() + deadline;
    loop {
        let now = app.clock.now();
        // A try that has not been decided by then never will be: its node was stopped.
        let rule = (app.config.login.max_attempts, now.minus(deadline * 2));
        if let Some(counted) = store::insert(&app.db, subject, now, rule).await? {
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

impl Attempt {
    /// The try was a wrong password. The last allowed one locks for a while that grows.
    pub async fn spend(self, app: &App) -> Result<()> {
        if self.tries < app.config.login.max_attempts {
            return Ok(());
        }
        let until = app.clock.now().plus(lock_time(app, self.lockouts));
        let attempt = &self;
        app.db
            .transaction(|tx| async move {
                store::set_locked(&tx, &attempt.subject, until).await?;
                if !attempt.is_known_device {
                    // The same statement runs when no account has the address: the time must not tell.
                    store::set_account_locked(&tx, &attempt.email_key, Some(until)).await?;
                }
                Ok(())
            })
            .await
    }

    /// The password was never looked at.
    pub async fn give_back(self, app: &App) -> Result<()> {
        Ok(store::set_released(&app.db, &self.subject).await?)
    }

    /// The password was right: the count begins anew.
    pub async fn succeed(&self, tx: &Tx) -> Result<()> {
        store::delete(tx, &self.subject).await?;
        if !self.is_known_device {
            store::set_account_locked(tx, &self.email_key, None).await?;
        }
        Ok(())
    }

    /// The cookie by which this browser is known from now on.
    pub fn device_cookie(&self, app: &App) -> String {
        Device::new().cookie(app, &subject(&self.email_key))
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

/// 15 minutes, then 30, an hour … up to the longest.
fn lock_time(app: &App, lockouts: u32) -> Duration {
    let settings = &app.config.login;
    let grown = settings
        .lock_first
        .get()
        .saturating_mul(2_u32.saturating_pow(lockouts.min(16)));
    grown.min(settings.lock_longest.get())
}

/// Whether a lock set until `locked_until` still holds.
pub fn holds(locked_until: Option<Timestamp>, now: Timestamp) -> bool {
    locked_until.is_some_and(|until| until > now)
}
