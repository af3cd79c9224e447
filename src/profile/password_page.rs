//! The page on which people change their password.

use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::change_password::{PasswordChange, change_password};
use crate::app::App;
use crate::error::Result;
use crate::http::input::FormText;
use crate::http::{Page, PageFault, Redirect, own_path};
use crate::pages;
use crate::sessions::{Caller, Visitor};
use crate::step_up;

/// `GET /change-password`
pub(super) async fn form(State(app): State<App>, visitor: Visitor, uri: Uri) -> Result<Response> {
    match &visitor.caller {
        None => Ok(Redirect::see_other(own_path::login_and_back(&uri)).into_response()),
        Some(caller) => show(&app, (&visitor, caller), Page::new("profile/password.html")).await,
    }
}

/// `POST /change-password`. The present password in it is what no other site can send.
pub(super) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    form: FormText,
) -> Result<Response> {
    let Some(caller) = &visitor.caller else {
        return Ok(Redirect::see_other("/login-form").into_response());
    };
    let changed = match form.read::<PasswordChange>(&app) {
        Ok(change) => change_password(&app, caller, &change).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(session) => {
            let cookie = session.cookie(&app).await?;
            Ok(Redirect::see_other("/dashboard?done=password")
                .with_cookie(cookie)
                .into_response())
        }
        Err(error) => {
            let fault = PageFault::of(error)?;
            let page = Page::new("profile/password.html")
                .because(&fault)
                .with("fault", fault.general)
                .with("faults", fault.fields);
            show(&app, (&visitor, caller), page).await
        }
    }
}

async fn show(app: &App, (visitor, caller): (&Visitor, &Caller), page: Page) -> Result<Response> {
    let account = step_up::find(app, caller).await?;
    // The address for the password manager, and all of it for the hint how strong the new one is.
    let page = page
        .with("form", json!({"username": account.email}))
        .with("personal", account.personal().join(" "));
    pages::with_viewer(page, visitor).render(app)
}
