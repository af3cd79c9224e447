//! The page on which people take their data with them and delete their account.

use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::delete::{AccountDeletion, delete};
use crate::app::App;
use crate::error::Result;
use crate::http::input::FormText;
use crate::http::{Page, PageFault, Redirect, cookie, own_path};
use crate::pages;
use crate::sessions::{COOKIE, Caller, Visitor};
use crate::step_up;

/// `GET /leave`
pub(super) async fn form(State(app): State<App>, visitor: Visitor, uri: Uri) -> Result<Response> {
    match &visitor.caller {
        None => Ok(Redirect::see_other(own_path::login_and_back(&uri)).into_response()),
        Some(caller) => show(&app, (&visitor, caller), Page::new("leaving/form.html")).await,
    }
}

/// `POST /leave`. The password in it is what no other site can send.
pub(super) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    form: FormText,
) -> Result<Response> {
    let Some(caller) = &visitor.caller else {
        return Ok(Redirect::see_other("/login-form").into_response());
    };
    let deleted = match form.read::<AccountDeletion>(&app) {
        Ok(deletion) => delete(&app, caller, &deletion).await,
        Err(error) => Err(error),
    };
    match deleted {
        Ok(()) => Ok(Redirect::see_other("/leave/done")
            .with_cookie(cookie::clear(&app.config, COOKIE))
            .clearing_site_data()
            .into_response()),
        Err(error) => {
            let fault = PageFault::of(error)?;
            let page = Page::new("leaving/form.html")
                .because(&fault)
                .with("fault", fault.general)
                .with("faults", fault.fields);
            show(&app, (&visitor, caller), page).await
        }
    }
}

/// `GET /leave/done`
pub(super) async fn done(State(app): State<App>) -> Result<Response> {
    with_grace(&app, Page::new("leaving/done.html")).render(&app)
}

async fn show(app: &App, (visitor, caller): (&Visitor, &Caller), page: Page) -> Result<Response> {
    let account = step_up::find(app, caller).await?;
    let page = page.with("form", json!({"username": account.email}));
    pages::with_viewer(with_grace(app, page), visitor).render(app)
}

/// How long the account can still be kept, if at all.
fn with_grace(app: &App, page: Page) -> Page {
    let grace = app.config.accounts.deletion_grace;
    page.with("grace", (!grace.get().is_zero()).then(|| grace.in_words()))
}
