//! Force somebody to choose a new password: the old one is good for nothing from now on, and a link is mailed.
//!
//! Doors: `POST /users/{user_id}/reset-password`, `gatepost user reset-password`, the page of a person in the console.

use axum::extract::State;

use super::mail_link::{Asker, enqueue};
use crate::accounts::store as account_store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::crypto;
use crate::email_address;
use crate::error::{Error, Problem, Result};
use crate::http::openapi::{Forbidden, Invalid, NoSuchUser, TooMany, Unauthenticated};
use crate::http::{Checked, NoContent};
use crate::ids::AccountId;
use crate::limits::{self, Rate};
use crate::sessions::{Ending, Staff, end_all};

/// Ends all sessions, makes the password useless and mails the link by which its owner chooses another. Nobody else ever chooses
/// or sees one. An address that had too many mails lately has to wait: without the mail, its owner would be shut out.
pub async fn force(app: &App, staff: &Staff, id: AccountId) -> Result<()> {
    // Of a password that nobody knows, and that takes as long to compare as any: a log-in does not tell what has happened.
    let hash = &app.lane.hash(&crypto::random_token()).await?;
    let done = app
        .db
        .transaction(|tx| async move {
            let account = account_store::get_held(&tx, id).await?;
            staff.may_manage(account.highest_role())?;
            let (now, email_key) = (app.clock.now(), email_address::fold(&account.email));
            let rate = Rate {
                most: app.config.mail.asked_per_address,
                window: app.config.mail.asked_window.get(),
            };
            let bucket = limits::bucket("mails_to_address", &email_key);
            limits::require(app, &tx, &bucket, rate).await?;
            account_store::set_password(&tx, id, hash, now).await?;
            let ended = end_all(app, &tx, (id, None), Ending::PasswordResetForced).await?;
            enqueue(app, &tx, (&account, &email_key), Asker::Staff).await?;
            let note = audit::note(Event::PasswordResetForced, staff).on(id);
            note.with("sessions_ended", ended).write(app, &tx).await
        })
        .await;
    if let Err(Error::Problem(Problem::NotPermitted)) = &done {
        let note = audit::note(Event::AccessDenied, staff).on(id);
        let note = note.refused("manage");
        let note = note.with("event", Event::PasswordResetForced.code());
        note.write(app, &app.db).await?;
    }
    done
}

/// Force a user to choose a new password
///
/// Ends all sessions; the old password does not work any more. The user is mailed a link, and chooses a new one by it or at *Forgot
/// my password*. Nobody else learns it.
#[utoipa::path(
    post,
    path = "/users/{user_id}/reset-password",
    operation_id = "recovery_force",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses(
        (status = 204, description = "The link is on its way."),
        Unauthenticated, Forbidden, NoSuchUser, Invalid, TooMany
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, id): Checked<Staff, AccountId>,
) -> Result<NoContent> {
    force(&app, &staff, id).await?;
    Ok(NoContent)
}
