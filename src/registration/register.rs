//! Register: anybody makes an account for himself.
//!
//! Doors: `POST /register/`; the form is in `page.rs`.

use axum::extract::State;

use super::hidden::{self, NEWCOMER};
use super::{awaits_first, gate, refuse};
use crate::accounts::{self, Account, AccountView, Initial, NewAccount, Viewer, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::input::{self, Anyone};
use crate::http::openapi::{Invalid, NotOpen, Taken, TooMany};
use crate::http::{Checked, Client, Json};
use crate::passwords::Asker;
use crate::roles::Role;

/// Makes the account and mails the link that verifies its address. A chosen role is not listened to.
///
/// On a developer's own machine the very first account is a verified administrator.
pub async fn register(app: &App, client: &Client, new: &NewAccount) -> Result<Account> {
    refuse::limit(app, client).await?;
    let registered = match gate::admit(&app.config, &new.email) {
        Ok(()) => make(app, client, new).await,
        Err(problem) => Err(problem.into()),
    };
    if let Err(Error::Problem(problem)) = &registered {
        refuse::note(app, client, (new, *problem)).await?;
    }
    registered
}

async fn make(app: &App, client: &Client, new: &NewAccount) -> Result<Account> {
    // Hashed before anything is looked up: the time must not tell whether the account exists.
    let hash = &new.accept_password(app, &Asker::of(client)).await?;
    // As long as there is no account, none can be hidden.
    if app.config.privacy.hide_accounts && !awaits_first(app).await? {
        return hidden::register(app, client, (new, hash)).await;
    }
    app.db
        .transaction(|tx| async move { insert(app, &tx, client, (new, hash)).await })
        .await
}

async fn insert(
    app: &App,
    tx: &Tx,
    client: &Client,
    (new, hash): (&NewAccount, &str),
) -> Result<Account> {
    let is_first =
        gate::makes_first_admin(&app.config) && store::is_first(tx, app.clock.now()).await?;
    let initial = if is_first {
        Initial {
            role: Role::Admin,
            verified: true,
        }
    } else {
        NEWCOMER
    };
    let account = accounts::insert(app, tx, (new, hash), initial).await?;
    let note = audit::note(Event::Registered, client).on(account.id);
    let note = note.with("role", initial.role.name());
    let note = note.personal("email", account.email.as_str());
    note.write(app, tx).await?;
    Ok(account)
}

/// Register
///
/// Makes an account. Until the link in the mail is followed, the role is `ANONYMOUS` and logging in is refused. The first account of an
/// empty server on a developer's machine is a verified `ADMIN`. The settings may leave registering to people at certain domains, or to
/// those who were invited.
#[utoipa::path(
    post,
    path = "/register/",
    operation_id = "registration_register",
    tag = "Login and Registration",
    security(()),
    request_body(content = NewAccount, example = json!({"email": "john.doe@example.com", "nickname": "john_doe",
        "first_name": "John", "last_name": "Doe", "bio": "I am a software engineer with over 5 years of experience.",
        "profile_picture_url": "https://example.com/profiles/john.jpg",
        "linkedin_profile_url": "https://linkedin.com/in/johndoe",
        "github_profile_url": "https://github.com/johndoe", "password": "Secure*1234"})),
    responses((status = 200, description = "The new user.", body = AccountView), Taken, NotOpen, Invalid, TooMany)
)]
pub(super) async fn api(
    State(app): State<App>,
    client: Client,
    Checked(_, input::Json(new)): Checked<Anyone, input::Json<NewAccount>>,
) -> Result<Json<AccountView>> {
    let account = register(&app, &client, &new).await?;
    Ok(Json(AccountView::of(&app, account, Viewer::Newcomer)))
}
