//! The page that asks for the password again, and then goes on to where it was asked for.

use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::confirm::{PasswordConfirmation, confirm};
use crate::app::App;
use crate::error::Result;
use crate::http::input::FormText;
use crate::http::{Page, PageFault, Redirect, own_path};
use crate::pages;
use crate::sessions::{Caller, Visitor};
use crate::step_up::find;

/// `GET /confirm-password`
pub(super) async fn form(State(app): State<App>, visitor: Visitor, uri: Uri) -> Result<Response> {
    let next = own_path::of_query(uri.query());
    match &visitor.caller {
        None => Ok(Redirect::see_other(own_path::login_and_back(&uri)).into_response()),
        Some(caller) => {
            show(
                &app,
                (&visitor, caller),
                &next,
                Page::new("step_up/form.html"),
            )
            .await
        }
    }
}

/// `POST /confirm-password`
pub(super) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    form: FormText,
) -> Result<Response> {
    let Some(caller) = &visitor.caller else {
        return Ok(Redirect::see_other("/login-form").into_response());
    };
    let next = own_path::or_dashboard(form.get("next"));
    let confirmed = match form.read::<PasswordConfirmation>(&app) {
        Ok(typed) => confirm(&app, caller, &typed.password).await,
        Err(error) => Err(error),
    };
    match confirmed {
        Ok(session) => {
            let cookie = session.cookie(&app).await?;
            Ok(Redirect::see_other(next)
                .with_cookie(cookie)
                .into_response())
        }
        Err(error) => {
            let fault = PageFault::of(error)?;
            let text = fault
                .general
                .clone()
                .unwrap_or_else(|| "Enter your password.".to_owned());
            let page = Page::new("step_up/form.html").because(&fault);
            show(&app, (&visitor, caller), &next, page.with("fault", text)).await
        }
    }
}

async fn show(
    app: &App,
    (visitor, caller): (&Visitor, &Caller),
    next: &str,
    page: Page,
) -> Result<Response> {
    let account = find(app, caller).await?;
    let page = page
        .with("next", next)
        .with("form", json!({"username": account.email}));
    pages::with_viewer(page, visitor).render(app)
}
