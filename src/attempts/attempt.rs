//! A reserved try, and what becomes of it: spent, given back, or a success.

use std::time::Duration;

use serde_json::json;

use super::turns::Turn;
use super::{Device, reserve, store};
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::clock::Timestamp;
use crate::db::{Run, Tx};
use crate::error::Result;
use crate::ids::AccountId;
use crate::jobs;

/// The job that tells the owner of a locked address, if it has one.
pub const LOCKED_OUT: &str = "locked_out";

/// Wrong passwords before the right one that are worth telling the owner.
const MANY: u32 = 3;

/// What a try is counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// The address: whoever comes from nowhere known.
    Address,
    /// A browser that has logged in to the account before.
    Device,
    /// A session of the account, whose password is asked for again.
    Session,
}

/// A reserved try.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub(super) email_key: String,
    /// Whether what was typed can be an account's address at all.
    pub(super) is_address: bool,
    pub(super) counted: Counted,
    pub(super) subject: String,
    pub(super) tries: u32,
    pub(super) lockouts: u32,
    pub(super) _turn: Turn,
}

impl Attempt {
    /// The try was a wrong password. The last allowed one locks for a while that grows.
    pub async fn spend(
        &self,
        app: &App,
        tx: &Tx,
        (by, account): (&Actor, Option<AccountId>),
    ) -> Result<()> {
        store::set_wrong(tx, &self.subject).await?;
        if self.tries < app.config.login.max_attempts {
            return Ok(());
        }
        let lasting = lock_time(app, self.lockouts);
        let until = app.clock.now().plus(lasting);
        // A right password in the same moment has forgotten all tries: nothing is locked then.
        if !store::set_locked(tx, &self.subject, until).await? {
            return Ok(());
        }
        if self.counted == Counted::Address {
            // The same statement runs when no account has the address: the time must not tell.
            store::set_account_locked(tx, &self.email_key, Some(until)).await?;
        }
        let note = audit::note(Event::LockedOut, by).on(account);
        let note = note.with("counted", self.counted.name());
        let note = note.with("lockout", self.lockouts.saturating_add(1));
        note.with("seconds", lasting.as_secs())
            .write(app, tx)
            .await?;
        self.tell(app, tx, by).await
    }

    /// Leaves the job that tells the owner. Whether there is one is looked up by the worker: the answer takes the same
    /// time for everybody.
    async fn tell(&self, app: &App, tx: &Tx, by: &Actor) -> Result<()> {
        // Who sits in an open session is the owner, or somebody whom no mail about log-ins would describe.
        if !self.is_address || self.counted == Counted::Session {
            return Ok(());
        }
        let about = json!({
            "email_key": self.email_key,
            "address": by.client.address,
            "user_agent": by.client.user_agent,
            "request_id": by.client.request_id,
        });
        jobs::enqueue(tx, app, LOCKED_OUT, &about).await
    }

    /// The password was never looked at, or was right and the account could not be entered.
    pub async fn give_back(&self, run: &impl Run) -> Result<()> {
        Ok(store::set_released(run, &self.subject).await?)
    }

    /// The password was right: the count begins anew. Answers whether there were many wrong ones before it.
    pub async fn succeed(&self, tx: &Tx) -> Result<bool> {
        let (wrong, lockouts) = store::delete(tx, &self.subject).await?;
        Ok(wrong >= MANY || lockouts > 0)
    }

    /// Shows no lock any more, if the account that has been entered shows one until that moment.
    pub async fn show_unlocked(&self, tx: &Tx, locked_until: Option<Timestamp>) -> Result<()> {
        if self.counted == Counted::Address && locked_until.is_some() {
            store::set_account_locked(tx, &self.email_key, None).await?;
        }
        Ok(())
    }

    /// Whether it comes from a browser that has logged in to the account before.
    pub fn is_known_device(&self) -> bool {
        self.counted == Counted::Device
    }

    /// The cookie by which this browser is known from now on.
    pub fn device_cookie(&self, app: &App) -> String {
        Device::new().cookie(app, &reserve::subject(&self.email_key))
    }
}

impl Counted {
    fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Device => "device",
            Self::Session => "session",
        }
    }
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
