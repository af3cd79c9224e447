//! The dashboard: a page for everybody who is signed in, with his profile to see and to edit.

use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::show::show;
use super::update::update;
use crate::accounts::{Account, AccountChange};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::http::input::FormText;
use crate::http::{Page, PageFault, Redirect, own_path};
use crate::sessions::{Caller, Visitor};
use crate::verification;

/// Where a new address is confirmed by the password; from there the way leads back here, with a word of what to do.
const CONFIRM: &str = "/confirm-password?next=/dashboard%3Fdone%3Dconfirmed";

/// `GET /dashboard`
pub(super) async fn page(State(app): State<App>, visitor: Visitor, uri: Uri) -> Result<Response> {
    let Some(caller) = visitor.caller else {
        return Ok(Redirect::see_other(own_path::login_and_back(&uri)).into_response());
    };
    let account = show(&app, &caller).await?;
    let page = Page::new("profile/dashboard.html").with("notice", notice(uri.query()));
    dashboard(&app, &caller, &account, page).await
}

/// What the page before has done.
fn notice(query: Option<&str>) -> Option<&'static str> {
    match query? {
        "done=password" => Some("Your password is changed. All other sessions have ended."),
        "done=confirmed" => Some(
            "You have confirmed your password. Now type your new address once more, and save it.",
        ),
        _ => None,
    }
}

/// `POST /dashboard/profile`
pub(super) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    form: FormText,
) -> Result<Response> {
    let Some(caller) = visitor.caller else {
        return Ok(Redirect::see_other("/login-form").into_response());
    };
    if !app
        .secrets
        .is_signed(&form_of(&caller), form.get("csrf_token"))
    {
        return Err(Problem::ForgedRequest.into());
    }
    let before = show(&app, &caller).await?;
    let page = Page::new("profile/dashboard.html");
    let changed = match form.read_emptied::<AccountChange>(&app) {
        Ok(change) => update(&app, &caller, &change).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(account) => {
            let is_moving = form.get("email") != account.email && !form.get("email").is_empty();
            let notice = if is_moving {
                "Saved. Your new address takes effect when you follow the link we have mailed to it."
            } else {
                "Saved."
            };
            dashboard(&app, &caller, &account, page.with("notice", notice)).await
        }
        Err(Error::Problem(Problem::FreshLoginRequired)) => {
            Ok(Redirect::see_other(CONFIRM).into_response())
        }
        Err(error @ (Error::Problem(_) | Error::Invalid(_) | Error::TryLater(..))) => {
            let fault = PageFault::of(error)?;
            let page = page
                .because(&fault)
                .with("form", Value::Object(form.fields().clone()));
            let page = page
                .with("fault", fault.general)
                .with("faults", fault.fields);
            dashboard(&app, &caller, &before, page).await
        }
        Err(error) => Err(error),
    }
}

/// What the form's token is made for: this session and no other.
fn form_of(caller: &Caller) -> String {
    format!("form:{}", caller.session)
}

async fn dashboard(app: &App, caller: &Caller, account: &Account, page: Page) -> Result<Response> {
    let pending = verification::pending(app, &app.db, account.id).await?;
    let name = account.first_name().unwrap_or(&account.nickname);
    let initials: String = [Some(name), account.last_name.as_deref()]
        .into_iter()
        .flatten()
        .filter_map(|name| name.trim().chars().next())
        .flat_map(char::to_uppercase)
        .collect();
    page.with("greeting", format!("Hello, {name}"))
        .with("initials", initials)
        .with(
            "viewer",
            json!({"name": name, "is_staff": caller.role.is_staff()}),
        )
        .with("account", shown(account, pending.as_deref()))
        .with("csrf_token", app.secrets.sign(&form_of(caller)))
        .render(app)
}

fn shown(account: &Account, pending_email: Option<&str>) -> Value {
    json!({
        "email": account.email,
        "pending_email": pending_email,
        "nickname": account.nickname,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "bio": account.bio,
        "profile_picture_url": account.profile_picture_url,
        "linkedin_profile_url": account.linkedin_profile_url,
        "github_profile_url": account.github_profile_url,
        "role": account.role,
        "email_verified": account.email_verified_at.is_some(),
        "created_at": account.created_at,
        "last_login_at": account.last_login_at,
    })
}
