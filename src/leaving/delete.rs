//! Delete one's own account: at once, or after a time in which a login keeps it.
//!
//! Door: `POST /myaccount/delete`; the page is in `page.rs`.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;
use utoipa::ToSchema;

use super::store;
use crate::accounts::{self, Account, store as account_store};
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::db::Tx;
use crate::error::{Error, Problem, Result};
use crate::http::input::{Fields, Json};
use crate::http::openapi::{Invalid, LastAdmin, NotConfirmed, Unauthenticated};
use crate::http::{Checked, NoContent, cookie};
use crate::notices::{self, Notice};
use crate::sessions::{COOKIE, Caller, Ending, end_all};
use crate::shape_of;
use crate::step_up;

/// The password, so that an unattended session is not enough.
#[derive(Deserialize, ToSchema)]
pub struct AccountDeletion {
    /// The password that is in force.
    #[schema(max_length = 1024, format = Password, write_only, example = "Secure*1234")]
    pub password: String,
}

impl Fields for AccountDeletion {
    shape_of!(AccountDeletion);
}

/// Deletes the caller's account, or ends its sessions and lets it be deleted later. The last administrator stays.
pub async fn delete(app: &App, caller: &Caller, deletion: &AccountDeletion) -> Result<()> {
    step_up::check_password(app, caller, &deletion.password).await?;
    let done = app
        .db
        .transaction(|tx| async move {
            let account = account_store::find_held(&tx, caller.account).await?;
            let account = account.ok_or(Problem::AuthenticationRequired)?;
            accounts::require_other_admin(app, &tx, &account).await?;
            let by = &Actor::from(caller);
            if app.config.accounts.deletion_grace.get().is_zero() {
                at_once(app, &tx, &account, by).await
            } else {
                later(app, &tx, &account, by).await
            }
        })
        .await;
    if let Err(Error::Problem(Problem::LastAdministrator)) = &done {
        let note = audit::note(Event::DeletionRequested, caller).on(caller.account);
        let note = note.refused("last_administrator");
        note.write(app, &app.db).await?;
    }
    done
}

/// Deletes the account, and tells its owner by a last mail.
pub(super) async fn at_once(app: &App, tx: &Tx, account: &Account, by: &Actor) -> Result<()> {
    // Before the log forgets the person, who may be the one that did it.
    let note = audit::note(Event::AccountDeleted, by).on(account.id);
    let note = note.with("role", account.role.name());
    note.because("own_wish").write(app, tx).await?;
    accounts::erase(app, tx, account).await?;
    let notice = (Notice::AccountDeleted, &account.reader());
    notices::send(app, tx, notice, &by.client).await
}

async fn later(app: &App, tx: &Tx, account: &Account, by: &Actor) -> Result<()> {
    let grace = app.config.accounts.deletion_grace.get();
    store::set_delete_at(tx, account.id, app.clock.now().plus(grace)).await?;
    let ended = end_all(app, tx, (account.id, None), Ending::AccountDeleted).await?;
    let notice = (Notice::DeletionScheduled, &account.reader());
    notices::send(app, tx, notice, &by.client).await?;
    let note = audit::note(Event::DeletionRequested, by).on(account.id);
    let note = note.with("seconds", grace.as_secs());
    note.with("sessions_ended", ended).write(app, tx).await
}

/// Delete my account
///
/// With everything that belongs to it, and with what the audit log knows of the person. All sessions end. If the settings give a time
/// to think it over, the account is deleted when that is over, unless its owner logs in before. The last administrator stays.
#[utoipa::path(
    post,
    path = "/myaccount/delete",
    operation_id = "leaving_delete",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    request_body(content = AccountDeletion, example = json!({"password": "Secure*1234"})),
    responses(
        (status = 204, description = "Deleted, or about to be. The cookie is deleted."),
        Unauthenticated, NotConfirmed, LastAdmin, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(caller, Json(deletion)): Checked<Caller, Json<AccountDeletion>>,
) -> Result<Response> {
    delete(&app, &caller, &deletion).await?;
    let cleared = cookie::clear(&app.config, COOKIE);
    Ok((AppendHeaders([(SET_COOKIE, cleared)]), NoContent).into_response())
}
