//! Register: anybody makes an account for himself.
//!
//! Doors: `POST /register/`; the form is in `page.rs`.

use axum::Json;
use axum::extract::State;
use serde_json::json;

use crate::accounts::{self, Account, AccountView, Initial, NewAccount, Viewer, store};
use crate::app::App;
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::{Error, Problem, Result};
use crate::http::input::{self, Anyone};
use crate::http::openapi::{Invalid, Taken, TooMany};
use crate::http::{Checked, Client};
use crate::mail::{self, Message};
use crate::roles::Role;

/// Makes the account and mails the link that verifies its address. A chosen role is not listened to.
///
/// On a developer's own machine the very first account is a verified administrator.
pub async fn register(app: &App, client: &Client, new: &NewAccount) -> Result<Account> {
    app.limits.register(client.network(), app.clock.now())?;
    // Hashed before anything is looked up: the time must not tell whether the account exists.
    let hash = &app.lane.hash(&new.password).await?;
    let registered = app
        .db
        .transaction(|tx| async move { insert(app, &tx, new, hash).await })
        .await;
    let answer = match registered {
        Err(Error::Problem(Problem::EmailTaken)) if app.config.privacy.hide_accounts => {
            tell_owner(app, new).await
        }
        other => other,
    };
    app.post.wake();
    answer
}

async fn insert(app: &App, tx: &Tx, new: &NewAccount, hash: &str) -> Result<Account> {
    let is_first = app.config.development() && store::is_first(tx, app.clock.now()).await?;
    let initial = if is_first {
        Initial {
            role: Role::Admin,
            verified: true,
        }
    } else {
        Initial {
            role: Role::Authenticated,
            verified: false,
        }
    };
    accounts::insert(app, tx, (new, hash), initial).await
}

/// Answers as if the account had been made, and tells the owner of the address by mail.
async fn tell_owner(app: &App, new: &NewAccount) -> Result<Account> {
    app.db
        .transaction(|tx| async move {
            let nickname = accounts::nickname(&tx, new).await?;
            let context = json!({"login_url": format!("{}/login-form", app.public_url())});
            // To the address as its owner has proved it: another spelling may be somebody else's mailbox.
            let owner = store::find_credentials(&tx, &new.email.key()).await?;
            let to = owner.and_then(|owner| EmailAddress::parse(&owner.account.email).ok());
            if let Some(to) = to {
                let template = "account_exists";
                let message = Message {
                    to,
                    template,
                    context,
                };
                mail::enqueue(&tx, app, message).await?;
            }
            Ok(accounts::build(
                app,
                new,
                &nickname,
                Initial {
                    role: Role::Authenticated,
                    verified: false,
                },
            ))
        })
        .await
}

/// Register
///
/// Makes an account. Until the link in the mail is followed, the role is `ANONYMOUS` and logging in is refused. The first account of an
/// empty server on a developer's machine is a verified `ADMIN`.
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
    responses((status = 200, description = "The new user.", body = AccountView), Taken, Invalid, TooMany)
)]
pub(super) async fn api(
    State(app): State<App>,
    client: Client,
    Checked(_, input::Json(new)): Checked<Anyone, input::Json<NewAccount>>,
) -> Result<Json<AccountView>> {
    let account = register(&app, &client, &new).await?;
    Ok(Json(AccountView::of(&app, account, Viewer::Newcomer)))
}
