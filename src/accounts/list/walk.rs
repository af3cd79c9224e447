//! Walk through the accounts that fit, a page at a time, at the same speed among ten or among a million.
//!
//! Door: the list of people in the console. The API's list counts all that fit, which takes the longer the more there are.

use super::order::{Cursor, Sort};
use super::walk_store as store;
use crate::accounts::Account;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Reader;
use crate::error::Result;
use crate::roles::Role;
use crate::sessions::Staff;
use crate::unicode;

/// The accounts of a page at most.
const MOST: i64 = 50;

/// Whom to look for.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// Whose address, nickname, name or last name begins with this.
    pub q: Option<String>,
    /// With this role.
    pub role: Option<Role>,
    /// Whom staff have locked, or have not.
    pub is_locked: Option<bool>,
    /// Whose address is verified, or is not.
    pub email_verified: Option<bool>,
    /// Made at this moment or later.
    pub created_from: Option<Timestamp>,
    /// Made before this moment.
    pub created_to: Option<Timestamp>,
    /// Who has logged in at this moment or later.
    pub login_from: Option<Timestamp>,
    /// Who has not logged in since this moment.
    pub login_to: Option<Timestamp>,
    /// The order, as the API names it; the newest first when it is none.
    pub sort: String,
    /// The place where the page before has ended.
    pub cursor: Option<String>,
}

impl Find {
    /// The order that holds.
    pub fn order(&self) -> String {
        self.sort().to_string()
    }

    pub(super) fn sort(&self) -> Sort {
        Sort::try_from(self.sort.clone()).unwrap_or(Sort::NEWEST)
    }

    /// The place to go on from. One of another order is none, and the walk begins anew.
    pub(super) fn cursor(&self) -> Option<Cursor> {
        let cursor = Cursor::parse(self.cursor.as_deref()?)?;
        cursor.is_of(self.sort()).then_some(cursor)
    }
}

/// A page of accounts.
#[derive(Debug)]
pub struct Found {
    /// The accounts.
    pub items: Vec<Account>,
    /// Where it goes on, if it may.
    pub next_cursor: Option<String>,
    /// Whether it stopped looking before the page was full: few fit, and there are many to look at.
    pub is_early: bool,
    /// Whether more begin with what was searched for than a search looks at.
    pub is_cut: bool,
}

/// The accounts that fit. Managers see everybody.
pub async fn walk(app: &App, staff: &Staff, find: &Find) -> Result<Found> {
    let age = staff.age(app).await?;
    app.db
        .read(age, |run| async move { page(&run, find).await })
        .await
}

async fn page(run: &Reader, find: &Find) -> Result<Found> {
    let mut items = store::list(run, find, MOST + 1).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let has_more = items.len() > most;
    items.truncate(most);
    let end = if has_more {
        items.last().cloned()
    } else {
        store::find_end(run, find).await?
    };
    let q = find.q.as_deref().map(unicode::fold);
    let is_cut = match q.filter(|q| !q.is_empty()) {
        Some(q) => store::is_cut(run, &q).await?,
        None => false,
    };
    Ok(Found {
        is_early: !has_more && end.is_some(),
        next_cursor: end.map(|last| Cursor::of(find.sort(), &last).to_string()),
        items,
        is_cut,
    })
}
