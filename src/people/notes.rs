//! The notes on the page of a person: the form that writes one, and the button that deletes one.

use axum::extract::State;
use axum::response::Response;

use super::{page_of, show};
use crate::app::App;
use crate::console::{Pressed, back};
use crate::error::{Error, Problem, Result};
use crate::http::input::Anyone;
use crate::http::{Checked, PageFault};
use crate::ids::{AccountId, NoteId};
use crate::notes::{self, NewNote};

/// `POST /admin/people/{user_id}/notes`
pub(super) async fn write(
    State(app): State<App>,
    Pressed { desk, form }: Pressed,
    Checked(_, id): Checked<Anyone, AccountId>,
) -> Result<Response> {
    let written = match form.read::<NewNote>(&app) {
        Ok(new) => notes::create(&app, &desk.staff, id, &new).await,
        Err(error) => Err(error),
    };
    match written {
        Ok(_) => Ok(back(&page_of(id), "note-written")),
        Err(error) => {
            let fault = PageFault::of(error)?;
            show::with_fault(&app, &desk, (id, fault)).await
        }
    }
}

/// `POST /admin/people/{user_id}/notes/{note_id}/delete`
pub(super) async fn delete_it(
    State(app): State<App>,
    pressed: Pressed,
    Checked(_, (id, note)): Checked<Anyone, (AccountId, NoteId)>,
) -> Result<Response> {
    match notes::delete(&app, &pressed.desk.staff, (id, note)).await {
        // Of no concern to whoever wanted it gone.
        Ok(()) | Err(Error::Problem(Problem::NoSuchNote)) => Ok(back(&page_of(id), "note-deleted")),
        Err(error) => Err(error),
    }
}
