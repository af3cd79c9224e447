//! Invitations: staff ask somebody to come, and whoever reads the mail at that address gets an account.
//!
//! They work in every mode of registration, once, for a while, and only as far as the inviter's own rights go at the moment of
//! their acceptance.

mod accept;
mod accept_page;
mod buttons;
mod console;
mod create;
mod letter;
mod list;
mod model;
mod resend;
mod revoke;
mod store;
mod take_over;

pub use accept::{Acceptance, accept};
pub use create::{Invited, NewInvitation, create};
pub use list::{InvitationPage, InvitationQuery, list};
pub use model::{Invitation, InvitationView, State};
pub use resend::resend;
pub use revoke::revoke;
pub(crate) use store::STATEMENTS;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::error::Result;
use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new()
        .route(
            "/admin/invitations",
            get(console::page).post(console::submit),
        )
        .route(
            "/admin/invitations/{invitation_id}/resend",
            post(buttons::resend_it),
        )
        .route(
            "/admin/invitations/{invitation_id}/revoke",
            post(buttons::revoke_it),
        )
        .route("/invitations-form", get(console::moved))
        .route(
            "/accept-invitation",
            get(accept_page::form).post(accept_page::submit),
        )
        .route("/accept-invitation/done", get(accept_page::done));
    Routes::new()
        .operation(routes!(list::api, create::api))
        .operation(routes!(accept::api))
        .operation(routes!(revoke::api))
        .operation(routes!(resend::api))
        .pages(pages)
}

/// Forgets invitations that have been over for as long as personal details of the audit log are kept.
pub async fn purge(app: &App) -> Result<u64> {
    let before = app.clock.now().minus(app.config.audit.personal.get());
    Ok(store::delete_old(&app.db, before).await?)
}
