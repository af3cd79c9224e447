//! List what has happened to somebody's account and what he has done, for staff.
//!
//! Doors: `GET /users/{user_id}/history`, `gatepost user history`; the page of a person in the console shows it as well.

use axum::extract::State;

use super::list::HistoryQuery;
use super::list_all::{AuditPage, EntryView};
use crate::accounts::store;
use crate::app::App;
use crate::audit::{self, Entry};
use crate::error::Result;
use crate::http::input;
use crate::http::openapi::{Forbidden, Invalid, NoSuchUser, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::AccountId;
use crate::roles::Role;
use crate::sessions::Staff;

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
    query: &HistoryQuery,
) -> Result<HistoryOf> {
    let account = store::get(&app.db, id).await?;
    staff.may_manage(account.highest_role())?;
    let after = query
        .cursor
        .as_deref()
        .and_then(|cursor| cursor.parse().ok());
    let part = audit::list_of(&app.db, id, (after, query.limit)).await?;
    let entries = part.entries.into_iter();
    Ok(HistoryOf {
        entries: entries.map(|entry| told(staff, id, entry)).collect(),
        next_cursor: part.next.map(|place| place.to_string()),
    })
}

/// The entry as staff may see it. Where other staff were is their own affair; administrators can read the whole audit log.
fn told(staff: &Staff, id: AccountId, entry: Entry) -> Entry {
    let is_of_staff = entry.actor_kind == "account" && entry.actor_id != Some(id);
    if !is_of_staff || staff.role == Role::Admin {
        return entry;
    }
    Entry {
        personal: None,
        ..entry
    }
}

/// List a user's history
///
/// What has happened to the account, and what its owner has done, newest first. For those who manage the account. Managers are not
/// told from where other staff have acted.
#[utoipa::path(
    get,
    path = "/users/{user_id}/history",
    operation_id = "history_list_of",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c"),
        HistoryQuery
    ),
    responses(
        (status = 200, description = "A part of the history.", body = AuditPage),
        Unauthenticated, Forbidden, NoSuchUser, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, (id, input::Query(query))): Checked<
        Staff,
        (AccountId, input::Query<HistoryQuery>),
    >,
) -> Result<Json<AuditPage>> {
    let part = list_of(&app, &staff, id, &query).await?;
    Ok(Json(AuditPage {
        items: part.entries.into_iter().map(EntryView::from).collect(),
        next_cursor: part.next_cursor,
    }))
}
