//! Update one's own account.
//!
//! Door: `PUT /myaccount/`; the page is in `dashboard.rs`.

use axum::extract::State;

use crate::accounts::{self, Account, AccountChange, AccountView, Viewer, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::email_address::EmailAddress;
use crate::error::{Error, Problem, Result};
use crate::http::input;
use crate::http::openapi::{Forbidden, Invalid, NotFresh, Taken, TooMany};
use crate::http::{Checked, Json};
use crate::sessions::Caller;

/// Changes the caller's account. His role is not his to change, and another address asks for a password that was typed only now:
/// who has the address can take the account.
pub async fn update(app: &App, caller: &Caller, change: &AccountChange) -> Result<Account> {
    let done = app
        .db
        .transaction(|tx| async move {
            let account = store::find_held(&tx, caller.account)
                .await?
                .ok_or(Problem::AuthenticationRequired)?;
            if change.role.is_some_and(|role| role != account.role) {
                return Err(Problem::NotPermitted.into());
            }
            let email = change.email.as_ref().map(EmailAddress::as_str);
            if email.is_some_and(|email| email != account.email) {
                caller.require_fresh(app)?;
            }
            accounts::apply(app, &tx, (account, change), &caller.into()).await
        })
        .await;
    if let Err(Error::Problem(problem)) = &done {
        note_refusal(app, caller, *problem).await?;
    }
    done
}

/// Writes the refusal down, after the transaction that it has undone.
async fn note_refusal(app: &App, caller: &Caller, problem: Problem) -> Result<()> {
    let event = match problem {
        Problem::NotPermitted => Event::RoleChanged,
        Problem::FreshLoginRequired | Problem::NotWhileActing | Problem::EmailTaken => {
            Event::EmailChangeRequested
        }
        _ => return Ok(()),
    };
    let note = audit::note(event, caller).on(caller.account);
    note.refused(problem.code()).write(app, &app.db).await
}

/// Update my account
///
/// Only the keys that are sent change; `null` clears an optional one. A new address takes effect when its own link is followed;
/// asking for one needs a password that was typed a few minutes ago (401 `fresh_login_required`). The old address is told, and can take
/// the change back.
#[utoipa::path(
    put,
    path = "/myaccount",
    operation_id = "profile_update",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    request_body(content = AccountChange, example = json!({"first_name": "John", "last_name": "Doe", "bio": "Sea captain."})),
    responses(
        (status = 200, description = "The account after the change.", body = AccountView),
        Taken, NotFresh, Forbidden, Invalid, TooMany
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(caller, input::Json(change)): Checked<Caller, input::Json<AccountChange>>,
) -> Result<Json<AccountView>> {
    let account = update(&app, &caller, &change).await?;
    Ok(Json(AccountView::of(&app, account, Viewer::Owner)))
}
