//! End sessions, each with the reason that people can look up.

use std::time::Duration;

use super::caller::idle_since;
use super::{refresh_store, store};
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{AccountId, SessionId};

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

/// Ends the sessions of an account, all of them or all `but` one, and answers how many those were.
pub async fn end_all(
    app: &App,
    tx: &Tx,
    (account, but): (AccountId, Option<SessionId>),
    why: Ending,
) -> Result<u64> {
    let now = app.clock.now();
    Ok(match but {
        Some(but) => store::set_others_ended(tx, (account, but), now, why.code()).await?,
        None => store::set_all_ended(tx, account, now, why.code()).await?,
    })
}

/// Notes the end of sessions that nobody has ended, and forgets those that ran out a month ago.
pub async fn purge(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let month = Duration::from_hours(720);
    store::set_run_out(&app.db, (now, idle_since(app, now))).await?;
    let grace = app.config.session.refresh_grace.get();
    refresh_store::delete_answers(&app.db, now.minus(grace)).await?;
    Ok(store::delete_expired(&app.db, now.minus(month)).await?)
}
