//! Delete a note about an account.
//!
//! Doors: `DELETE /users/{user_id}/notes/{note_id}`, `gatepost user delete-note`, the page of a person in the console.

use axum::extract::State;

use super::store;
use crate::accounts::store as account_store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Problem, Result};
use crate::http::openapi::{ErrorBody, Forbidden, Invalid, Unauthenticated};
use crate::http::{Checked, NoContent};
use crate::ids::{AccountId, NoteId};
use crate::sessions::Staff;

/// Deletes the note, whoever has written it.
pub async fn delete(app: &App, staff: &Staff, (account, id): (AccountId, NoteId)) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            let held = account_store::get_held(&tx, account).await?;
            staff.may_manage(held.highest_role())?;
            if !store::delete(&tx, account, id).await? {
                return Err(Problem::NoSuchNote.into());
            }
            let note = audit::note(Event::NoteDeleted, staff).on(account);
            note.with("note", id.to_string()).write(app, &tx).await
        })
        .await
}

/// Delete a note about a user
///
/// For good.
#[utoipa::path(
    delete,
    path = "/users/{user_id}/notes/{note_id}",
    operation_id = "notes_delete",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(
        ("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c"),
        ("note_id" = uuid::Uuid, Path, description = "The note.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2d")
    ),
    responses(
        (status = 204, description = "Deleted."),
        (status = 404, description = "No account has this id, or there is no such note about it.", body = ErrorBody,
            example = json!({"detail": "Note not found.", "code": "note_not_found"})),
        Unauthenticated, Forbidden, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, of): Checked<Staff, (AccountId, NoteId)>,
) -> Result<NoContent> {
    delete(&app, &staff, of).await?;
    Ok(NoContent)
}
