//! Log in with address and password.
//!
//! Doors: `POST /login/`; the form is in `page.rs`.

use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::begin::begin;
use super::refuse;
use crate::accounts::{Credentials, sample, store};
use crate::app::App;
use crate::attempts::{self, Attempt, Device};
use crate::email_address::Typed;
use crate::error::{Error, Problem, Result};
use crate::http::input::{Anyone, Fields, Form};
use crate::http::openapi::{Invalid, Locked, NotLoggedIn, TooMany};
use crate::http::{Checked, Client, Json, cookie};
use crate::passwords::{self, Asker, Verdict};
use crate::sessions::{Holding, LoggedIn, Tokens};
use crate::shape_of;

/// The form of the resource owner password grant (RFC 6749 section 4.3.2), as `FastAPI`'s clients send it.
#[derive(Deserialize, ToSchema)]
#[schema(as = LoginForm)]
pub struct LoginForm {
    /// `password`, or absent.
    #[schema(value_type = Option<String>, nullable = false, required = false, pattern = "password", example = "password")]
    #[serde(rename = "grant_type")]
    _grant_type: Option<String>,
    /// The e-mail address.
    #[schema(example = sample_email)]
    pub username: String,
    /// The password.
    #[schema(max_length = 1024, format = Password, example = sample_password)]
    pub password: String,
    /// Not used.
    #[schema(value_type = Option<String>, nullable = false, required = false, default = "")]
    #[serde(rename = "scope")]
    _scope: Option<String>,
    /// Not used.
    #[schema(value_type = Option<String>, nullable = false, required = false, default = "")]
    #[serde(rename = "client_id")]
    _client_id: Option<String>,
    /// Not used.
    #[schema(value_type = Option<String>, nullable = false, required = false, default = "")]
    #[serde(rename = "client_secret")]
    _client_secret: Option<String>,
}

fn sample_email() -> serde_json::Value {
    json!(sample::EMAIL)
}

fn sample_password() -> serde_json::Value {
    json!(sample::PASSWORD)
}

impl Fields for LoginForm {
    shape_of!(LoginForm);
}

/// A login that has succeeded.
pub struct Login {
    /// Its session.
    pub session: LoggedIn,
    attempt: Attempt,
}

impl Login {
    /// Marks this browser as one that the owner has used.
    pub fn device_cookie(&self, app: &App) -> String {
        self.attempt.device_cookie(app)
    }
}

/// Checks the password and begins a session.
///
/// A wrong password, an unknown address and an account that has none are the same to the caller, and take the same time.
pub async fn password(
    app: &App,
    who: (&Client, Holding),
    device: Option<&str>,
    form: &LoginForm,
) -> Result<Login> {
    let done = log_in(app, who, device, form).await;
    app.metering.logins.add(outcome(&done), 1);
    done
}

/// How it ended, for the metrics. They do not tell a wrong password from an unknown address either.
fn outcome(done: &Result<Login>) -> &'static str {
    match done {
        Ok(_) => "ok",
        Err(Error::Problem(Problem::BadCredentials)) => "wrong",
        Err(Error::Problem(Problem::AccountLocked)) => "locked",
        Err(Error::Problem(Problem::EmailNotVerified)) => "not_verified",
        Err(Error::TryLater(Problem::TooManyRequests, _)) => "limited",
        Err(Error::TryLater(Problem::Busy, _)) => "busy",
        Err(_) => "failed",
    }
}

async fn log_in(
    app: &App,
    (client, holding): (&Client, Holding),
    device: Option<&str>,
    form: &LoginForm,
) -> Result<Login> {
    let who = (client, form.username.as_str());
    // From here on he waits, for his turn and then for the lane: one deadline for both.
    let typed = &Typed::read(&form.username);
    let lane = app.lane.enter(Asker::of(client).about(typed.key()))?;
    let device = attempts::known_device(app, typed, device);
    attempts::admit(app, client, device.is_some()).await?;
    let attempt = match attempts::reserve(app, typed, device.as_ref()).await {
        Err(Error::Problem(Problem::AccountLocked)) => {
            let found = find(app, typed).await?;
            refuse::locked(app, who, found.map(|found| found.account.id)).await?;
            return Err(Problem::AccountLocked.into());
        }
        reserved => reserved?,
    };
    let found = find(app, typed).await?;
    let stored = found.as_ref().map(|found| found.password_hash.as_str());
    let against = (typed.key(), stored);
    let verdict = match passwords::compare(app, lane, &form.password, against).await {
        Ok(verdict) => verdict,
        Err(full) => {
            attempt.give_back(&app.unhurried()).await?;
            return Err(full.into());
        }
    };
    // Whoever registers an address and then logs in must not learn whether it was free: an unproved account is like none.
    let is_hidden = |found: &Credentials| {
        app.config.privacy.hide_accounts && found.account.email_verified_at.is_none()
    };
    let entered = found.as_ref().filter(|_| verdict != Verdict::Wrong);
    let Some(found) = entered.filter(|found| !is_hidden(found)) else {
        Box::pin(refuse::wrong(app, who, &attempt, found.as_ref())).await?;
        return Err(Problem::BadCredentials.into());
    };
    let begun = Box::pin(begin(app, (client, holding), &attempt, (found, &verdict))).await;
    if let Err(Error::Problem(problem)) = &begun {
        let about = (found.account.id, *problem);
        refuse::not_entered(app, who, &attempt, about).await?;
    }
    Ok(Login {
        session: begun?,
        attempt,
    })
}

async fn find(app: &App, typed: &Typed) -> Result<Option<Credentials>> {
    // What is no address has no account, and may hold characters that a database refuses.
    if !typed.is_address() {
        return Ok(None);
    }
    Ok(store::find_credentials(&app.unhurried(), typed.key()).await?)
}

/// Log in
///
/// Takes the e-mail address as `username`, and the password. Put the token into `Authorization: Bearer …`; the green **Authorize**
/// button above does all of that for this page.
#[utoipa::path(
    post,
    path = "/login/",
    operation_id = "login_password",
    tag = "Login and Registration",
    security(()),
    request_body(content(
        (LoginForm = "application/x-www-form-urlencoded"),
        (LoginForm = "multipart/form-data")
    )),
    responses((status = 200, description = "Logged in.", body = Tokens), NotLoggedIn, Locked, Invalid, TooMany)
)]
pub(super) async fn api(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Checked(_, Form(form)): Checked<Anyone, Form<LoginForm>>,
) -> Result<Json<Tokens>> {
    let device = cookie::get(&app.config, &headers, Device::COOKIE);
    let who = (&client, Holding::Tokens);
    let login = password(&app, who, device.as_deref(), &form).await?;
    Ok(Json(login.session.tokens(&app).await?))
}
