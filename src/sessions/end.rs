//! End sessions, each with the reason that people can look up.

use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use super::acting::{self, Which};
use super::caller::moments;
use super::store;
use crate::app::App;
use crate::db::{Run, Tx};
use crate::error::Result;
use crate::ids::{AccountId, SessionId};

/// How long a session that has ended is still shown, with its reason.
pub(super) const SHOWN: Duration = Duration::from_hours(720);

/// Declares the endings: name, code, and the words for people.
macro_rules! endings {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $words:literal;)+) => {
        /// Why a session ended: stable codes, kept with its row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Ending { $($(#[$doc])* $name),+ }

        impl Ending {
            /// Every ending there is.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code.
            pub fn code(self) -> &'static str { match self { $(Self::$name => $code),+ } }

            /// For people, after "Signed out: ".
            pub fn words(self) -> &'static str { match self { $(Self::$name => $words),+ } }
        }
    };
}

endings! {
    /// The person logged out.
    Logout = "logout", "you logged out";
    /// The person ended it from another session.
    Revoked = "revoked", "ended from another of your sessions";
    /// Somebody of the staff ended it.
    RevokedByStaff = "revoked_by_staff", "ended by an administrator";
    /// The password was changed in another session.
    PasswordChanged = "password_changed", "the password was changed";
    /// A new password was chosen by a mailed link.
    PasswordReset = "password_reset", "a new password was chosen by e-mail";
    /// Staff have made the person choose a new password.
    PasswordResetForced = "password_reset_forced", "an administrator asked for a new password";
    /// The old address took a change of address back.
    EmailChangeUndone = "email_change_undone", "a change of the e-mail address was taken back";
    /// Somebody else has proved that the address of the account is his.
    AccountClaimed = "account_claimed", "the owner of the e-mail address has taken the account over";
    /// An administrator locked the account.
    AccountLocked = "account_locked", "the account was locked";
    /// The account is deleted, or about to be.
    AccountDeleted = "account_deleted", "the account was deleted";
    /// The role was changed to one that may do less.
    RoleChanged = "role_changed", "the role of the account was changed";
    /// A refresh token that had been used came again: one of the two who had it had stolen it.
    TokenReused = "token_reused", "a refresh token was used twice";
    /// A further login needed the room.
    TooManySessions = "too_many_sessions", "too many sessions were open";
    /// Another session has taken its place, in the same browser or program.
    Renewed = "renewed", "the session was renewed";
    /// The administrator who was signed in as the person has ended it.
    SupportEnded = "support_ended", "the administrator ended it";
    /// The session of the administrator from which it came is over, or he may not do this any more.
    SupportOver = "support_over", "the administrator's own session ended";
    /// It was not used for a long time.
    Idle = "idle", "it was not used for a while";
    /// It had lasted as long as a session can.
    Expired = "expired", "it had lasted as long as a session can";
}

impl Ending {
    /// The ending with that code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|ending| ending.code() == code)
    }
}

/// How many sessions have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EndedSessions)]
pub struct Ended {
    /// So many.
    #[schema(example = 2)]
    pub ended: u64,
}

/// Counts sessions that have ended, once that is durable.
pub(super) fn note_ended(app: &App, run: &impl Run, why: Ending, count: u64) {
    if count > 0 {
        let app = app.clone();
        run.after_commit(move || app.metering.sessions_ended.add(why.code(), count));
    }
}

/// Ends the sessions of an account, all of them or all `but` one, and answers how many those were.
pub async fn end_all(
    app: &App,
    tx: &Tx,
    (account, but): (AccountId, Option<SessionId>),
    why: Ending,
) -> Result<u64> {
    let now = app.clock.now();
    // Those that ran out before are not ended by this.
    note_run_out(app, tx, Some(account)).await?;
    let acting = acting::cut_off(app, tx, Which::Of(account, but), why).await?;
    let count = match but {
        Some(but) => store::set_others_ended(tx, (account, but), now, why).await?,
        None => store::set_all_ended(tx, account, now, why).await?,
    };
    note_ended(app, tx, why, count);
    Ok(count + acting)
}

/// Ends one session, if it is one of `account`; `None` when there is none such, `false` when it was over already.
pub async fn end_one(
    app: &App,
    tx: &Tx,
    (account, id): (AccountId, SessionId),
    why: Ending,
) -> Result<Option<bool>> {
    let holder = store::find_holder(tx, id).await?;
    let Some(holder) = holder.filter(|holder| holder.account == account) else {
        return Ok(None);
    };
    if holder.acting_by.is_some() {
        let ended = acting::cut_off(app, tx, Which::One(id), why).await?;
        return Ok(Some(ended > 0));
    }
    let ended = store::set_ended(tx, id, moments(app), why).await?;
    note_ended(app, tx, why, u64::from(ended));
    Ok(Some(ended))
}

/// Ends the sessions of all accounts, but for one session, and answers how many those were.
pub async fn end_everyones(app: &App, tx: &Tx, but: Option<SessionId>, why: Ending) -> Result<u64> {
    note_run_out(app, tx, None).await?;
    let acting = acting::cut_off(app, tx, Which::All(but), why).await?;
    let but = but.unwrap_or(SessionId(uuid::Uuid::nil()));
    let count = store::set_everyones_ended(tx, but, app.clock.now(), why).await?;
    note_ended(app, tx, why, count);
    Ok(count + acting)
}

/// Writes down which sessions have run out: of one account, or of all. Not those in which an administrator acts: their end is told
/// by housekeeping.
pub(super) async fn note_run_out(app: &App, run: &impl Run, of: Option<AccountId>) -> Result<()> {
    let idle = app.config.session.idle.get();
    let moment = (app.clock.now(), idle);
    let [by_idleness, by_age] = store::set_run_out(run, of, moment).await?;
    note_ended(app, run, Ending::Idle, by_idleness);
    note_ended(app, run, Ending::Expired, by_age);
    Ok(())
}

/// Notes the end of sessions that nobody has ended, and forgets those that could not be used for a month.
pub async fn purge(app: &App) -> Result<u64> {
    let now = app.clock.now();
    store::set_all_run_out(&app.db, (now, app.config.session.idle.get())).await?;
    acting::set_all_over(app).await?;
    Ok(store::delete_expired(&app.db, now.minus(SHOWN)).await?)
}
