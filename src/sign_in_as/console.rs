//! The page of the console that asks for the reason, and then signs in.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::begin::{SignInAs, allow, begin};
use super::page_of;
use crate::accounts;
use crate::app::App;
use crate::console::{Desk, Pressed, Section};
use crate::error::Result;
use crate::http::input::Anyone;
use crate::http::{Checked, Page, PageFault, Redirect};
use crate::ids::AccountId;

fn address(id: AccountId) -> String {
    format!("{}/sign-in-as", page_of(id))
}

/// `GET /admin/people/{user_id}/sign-in-as`
pub(super) async fn page(
    State(app): State<App>,
    desk: Desk,
    Checked(_, id): Checked<Anyone, AccountId>,
) -> Result<Response> {
    allow(&app, &desk.staff)?;
    if let Some(redirect) = desk.must_confirm(&app, &address(id)) {
        return Ok(redirect);
    }
    ask(&app, &desk, id, |page| page).await
}

async fn ask(
    app: &App,
    desk: &Desk,
    id: AccountId,
    with: impl FnOnce(Page) -> Page,
) -> Result<Response> {
    let account = accounts::show(app, &desk.staff, id).await?;
    let page = desk.page(app, "sign_in_as/begin.html", Section::People);
    let page = page
        .with("about", account.email)
        .with("action", address(id))
        .with("back", page_of(id));
    with(page).render(app)
}

/// `POST /admin/people/{user_id}/sign-in-as`
pub(super) async fn submit(
    State(app): State<App>,
    Pressed { desk, form }: Pressed,
    Checked(_, id): Checked<Anyone, AccountId>,
) -> Result<Response> {
    allow(&app, &desk.staff)?;
    if let Some(redirect) = desk.must_confirm(&app, &address(id)) {
        return Ok(redirect);
    }
    let begun = match form.read::<SignInAs>(&app) {
        Ok(why) => begin(&app, (&desk.staff, &desk.caller), id, &why).await,
        Err(error) => Err(error),
    };
    match begun {
        Ok(session) => Ok(Redirect::see_other("/dashboard")
            .with_cookie(session.acting_cookie(&app).await?)
            .into_response()),
        Err(error) => {
            let fault = PageFault::of(error)?;
            let text = fault.fields.values().find_map(Value::as_str);
            let text = text.or(fault.general.as_deref()).map(str::to_owned);
            let with = |page: Page| {
                let page = page.because(&fault).with("fault", text);
                page.with("reason", form.get("reason"))
            };
            ask(&app, &desk, id, with).await
        }
    }
}
