//! People: the pages of the console on which staff find accounts and see to them. Every button calls the operation of its
//! feature, which knows the rules.

mod act;
mod ask_many;
mod ask_one;
mod columns;
mod edit;
mod export;
mod facts;
mod list;
mod notes;
mod question;
mod search;
mod sessions;
mod show;

use axum::Router;
use axum::routing::{get, post};

use crate::http::Routes;

/// The list, to which everything leads back.
const LIST: &str = "/admin/people";

/// The page of one person.
fn page_of(id: crate::ids::AccountId) -> String {
    format!("{LIST}/{id}")
}

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new()
        .route("/admin/people", get(list::page))
        .route(
            "/admin/people/act",
            get(ask_many::page).post(ask_many::submit),
        )
        .route("/admin/people/{user_id}", get(show::page))
        .route(
            "/admin/people/{user_id}/edit",
            get(edit::page).post(edit::submit),
        )
        .route("/admin/people/{user_id}/notes", post(notes::write))
        .route(
            "/admin/people/{user_id}/notes/{note_id}/delete",
            post(notes::delete_it),
        )
        .route(
            "/admin/people/{user_id}/sessions/{session_id}/end",
            post(sessions::end_it),
        )
        .route(
            "/admin/people/{user_id}/act/{act}",
            get(ask_one::page).post(ask_one::submit),
        );
    Routes::new().pages(pages)
}
