//! End sessions, each with the reason that people can look up.

use super::store;
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{AccountId, SessionId};

/// Why a session ended: stable codes, kept with its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The person logged out.
    Logout,
    /// The password was changed in another session.
    PasswordChanged,
    /// An administrator locked the account.
    AccountLocked,
}

impl Ending {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::PasswordChanged => "password_changed",
            Self::AccountLocked => "account_locked",
        }
    }
}

/// Ends the sessions of an account, all of them or all `but` one.
pub async fn end_all(
    app: &App,
    tx: &Tx,
    (account, but): (AccountId, Option<SessionId>),
    why: Ending,
) -> Result<()> {
    let now = app.clock.now();
    match but {
        Some(but) => store::set_others_ended(tx, (account, but), now, why.code()).await?,
        None => store::set_all_ended(tx, account, now, why.code()).await?,
    }
    Ok(())
}

/// Forgets sessions that ran out a month ago.
pub async fn purge(app: &App) -> Result<u64> {
    let month = std::time::Duration::from_hours(720);
    Ok(store::delete_expired(&app.db, app.clock.now().minus(month)).await?)
}
