//! List what has happened to somebody's account and what he has done, for staff.
//!
//! Door: the page of a person in the console.

use crate::accounts::store;
use crate::app::App;
use crate::audit::{self, Entry};
use crate::error::Result;
use crate::ids::AccountId;
use crate::sessions::Staff;

/// Entries of a page.
const PART: u32 = 20;

/// A part of somebody's history.
#[derive(Debug)]
pub struct HistoryOf {
    /// The entries, the newest first.
    pub entries: Vec<Entry>,
    /// Where it goes on with what is older, if it does.
    pub next_cursor: Option<String>,
}

/// The history of an account. The entries hold addresses, so it is told to those who manage the account, and to nobody else.
pub async fn list_of(
    app: &App,
    staff: &Staff,
    id: AccountId,
    cursor: Option<&str>,
) -> Result<HistoryOf> {
    let account = store::get(&app.db, id).await?;
    staff.may_manage(account.highest_role())?;
    let after = cursor.and_then(|cursor| cursor.parse().ok());
    let part = audit::list_of(&app.db, id, (after, PART)).await?;
    Ok(HistoryOf {
        entries: part.entries,
        next_cursor: part.next.map(|place| place.to_string()),
    })
}
