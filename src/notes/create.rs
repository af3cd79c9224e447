//! Write a note about an account.
//!
//! Doors: `POST /users/{user_id}/notes`, `gatepost user add-note`, the page of a person in the console.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use super::list::{MOST, Note};
use super::store::{self, Kept};
use crate::accounts::store as account_store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Problem, Result};
use crate::http::input::{self, Faults, Fields, TEXT_PATTERN};
use crate::http::openapi::{Forbidden, Invalid, NoSuchUser, TooManyNotes, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::{AccountId, NoteId};
use crate::sessions::Staff;
use crate::shape_of;

const CHARS: usize = 2000;

/// A new note.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NoteCreate)]
pub struct NewNote {
    /// The text.
    #[schema(schema_with = text)]
    text: String,
}

fn text() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(CHARS))
        .pattern(Some(TEXT_PATTERN))
        .description(Some("What other staff should know. Never a password."))
        .examples(["Called on Monday; knows the number of his order."])
        .build()
}

impl Fields for NewNote {
    shape_of!(NewNote);

    fn review(_app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        let text = sent.get("text").and_then(Value::as_str);
        if text.is_some_and(|text| !text.is_empty() && text.trim().is_empty()) {
            faults.add_value_error(&["body", "text"], "A note has some words", Value::Null);
        }
    }
}

/// Writes the note. What it says stands in no log: the entry tells that there is one.
pub async fn create(app: &App, staff: &Staff, id: AccountId, new: &NewNote) -> Result<Note> {
    let note = &Kept {
        id: NoteId::new(),
        author_id: staff.account,
        author: None,
        text: new.text.trim().to_owned(),
        created_at: app.clock.now(),
    };
    app.db
        .transaction(|tx| async move {
            let account = account_store::get_held(&tx, id).await?;
            staff.may_manage(account.highest_role())?;
            if store::count(&tx, id).await? >= i64::from(MOST) {
                return Err(Error::from(Problem::TooManyNotes));
            }
            store::insert(&tx, id, note).await?;
            let entry = audit::note(Event::NoteAdded, staff).on(id);
            let entry = entry.with("note", note.id.to_string());
            entry.write(app, &tx).await?;
            let kept = store::list(&tx, id, MOST).await?;
            let kept = kept.into_iter().find(|kept| kept.id == note.id);
            Ok(kept.unwrap_or_else(|| note.clone()).into())
        })
        .await
}

/// Write a note about a user
///
/// For other staff. It goes with the account, and its owner gets it with the export of his data.
#[utoipa::path(
    post,
    path = "/users/{user_id}/notes",
    operation_id = "notes_create",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    request_body(content = NewNote, example = json!({"text": "Called on Monday; knows the number of his order."})),
    responses(
        (status = 201, description = "The new note.", body = Note),
        Unauthenticated, Forbidden, NoSuchUser, TooManyNotes, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, (id, input::Json(new))): Checked<Staff, (AccountId, input::Json<NewNote>)>,
) -> Result<(StatusCode, Json<Note>)> {
    let note = create(&app, &staff, id, &new).await?;
    Ok((StatusCode::CREATED, Json(note)))
}
