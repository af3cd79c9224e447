//! List the notes about an account.
//!
//! Doors: `GET /users/{user_id}/notes`, `gatepost user notes`, the page of a person in the console.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Kept};
use crate::accounts::store as account_store;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Run;
use crate::error::Result;
use crate::http::openapi::{Forbidden, Invalid, NoSuchUser, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::{AccountId, NoteId};
use crate::sessions::Staff;

/// Notes that one account can have: nobody reads more, and nobody fills the database with them.
pub(super) const MOST: u32 = 200;

/// A note about an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AccountNote)]
pub struct Note {
    /// Its identifier.
    #[schema(value_type = uuid::Uuid, example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    pub id: NoteId,
    /// What was written.
    #[schema(example = "Called on Monday; knows the number of his order.")]
    pub text: String,
    /// The account of who wrote it; `null` for the operator's command line.
    #[schema(value_type = Option<uuid::Uuid>, required = true, example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2d")]
    pub author_id: Option<AccountId>,
    /// The nickname of who wrote it, as long as there is the account.
    #[schema(required = true, example = "jane_roe")]
    pub author: Option<String>,
    /// When it was written (RFC 3339).
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    pub created_at: Timestamp,
}

impl From<Kept> for Note {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.id,
            text: kept.text,
            author_id: kept.author_id,
            author: kept.author,
            created_at: kept.created_at,
        }
    }
}

/// The notes about an account.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NotePage {
    /// All of them, the newest first.
    pub items: Vec<Note>,
}

/// The notes. Managers see those about everybody.
pub async fn list(app: &App, _staff: &Staff, id: AccountId) -> Result<NotePage> {
    account_store::get(&app.db, id).await?;
    Ok(NotePage {
        items: list_of(&app.db, id).await?,
    })
}

/// The notes about an account, for those who may know of them already.
pub async fn list_of(run: &impl Run, id: AccountId) -> Result<Vec<Note>> {
    let kept = store::list(run, id, MOST).await?;
    Ok(kept.into_iter().map(Note::from).collect())
}

/// List the notes about a user
///
/// What staff have written down about the account, the newest first.
#[utoipa::path(
    get,
    path = "/users/{user_id}/notes",
    operation_id = "notes_list",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses(
        (status = 200, description = "The notes.", body = NotePage),
        Unauthenticated, Forbidden, NoSuchUser, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, id): Checked<Staff, AccountId>,
) -> Result<Json<NotePage>> {
    Ok(Json(list(&app, &staff, id).await?))
}
