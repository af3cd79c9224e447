//! The login form.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::password::{LoginForm, password};
use crate::app::App;
use crate::attempts::Device;
use crate::error::Result;
use crate::http::input::FormText;
use crate::http::{Client, Page, PageFault, Redirect, cookie, own_path};
use crate::pages;
use crate::sessions::{self, Holding, Visitor};

/// `GET /login-form`
pub(super) async fn form(State(app): State<App>, visitor: Visitor, uri: Uri) -> Result<Response> {
    let page = Page::new("login/form.html").with("next", own_path::of_query(uri.query()));
    let page = page.with("notice", notice(uri.query()));
    pages::with_viewer(page, &visitor).render(&app)
}

/// What the page before has done.
fn notice(query: Option<&str>) -> Option<&'static str> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let (_, done) = pairs.find(|(name, _)| name == "done")?;
    (done == "new-password").then_some("Your new password is in force. Log in with it.")
}

/// `POST /login_with_form/`. A login that another site sends would put the visitor into the attacker's account: the form
/// refuses it.
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    form: FormText,
) -> Result<Response> {
    let device = cookie::get(&app.config, &headers, Device::COOKIE);
    let login = match form.read::<LoginForm>(&app) {
        Ok(typed) => password(&app, (&client, Holding::Cookie), device.as_deref(), &typed).await,
        Err(error) => Err(error),
    };
    match login {
        Ok(login) => {
            let session = login.session.cookie(&app).await?;
            let device_life = app.config.session.device_lifetime.get();
            let known = login.device_cookie(&app);
            let known = cookie::set(&app.config, Device::COOKIE, &known, device_life);
            let next = Redirect::see_other(own_path::or_dashboard(form.get("next")));
            let next = next.with_cookie(session).with_cookie(known);
            // Whoever logs in is himself from now on, whomever he was signed in as.
            let forgetting = sessions::forgetting(&app, &headers).into_iter();
            Ok(forgetting.fold(next, Redirect::with_cookie).into_response())
        }
        Err(error) if form.wants_json() => Err(error),
        Err(error) => failed(&app, &form, PageFault::of(error)?),
    }
}

/// The form again, with what was typed but the password, and what was wrong.
fn failed(app: &App, form: &FormText, fault: PageFault) -> Result<Response> {
    let page = Page::new("login/form.html").because(&fault);
    let text = fault
        .general
        .unwrap_or_else(|| "Enter your e-mail address and your password.".to_owned());
    let page = page
        .with("fault", text)
        .with("next", own_path::or_dashboard(form.get("next")));
    page.with("form", json!({"username": form.get("username")}))
        .render(app)
}
