//! Sessions: who is calling, how long that lasts, what ends it, and what is told of it.

mod caller;
mod document;
mod endings;
mod forged;
mod lifetimes;
mod list;
mod logout;
mod page;
mod refresh;
mod renewal;
mod reuse;
mod revoke;
mod revoke_others;
mod user_agent;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::db::{Run, Value as Bound};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, PASSWORD, TestApp};

/// What a refresh token that is good for nothing is answered.
pub const NOT_REFRESHED: &str = "Invalid or expired refresh token";

/// What a program holds after a login.
#[derive(Debug, Clone)]
pub struct Held {
    pub access: String,
    pub refresh: String,
    pub expires_in: u64,
}

impl Held {
    pub fn of(body: &Value) -> Self {
        let text = |key: &str| body[key].as_str().expect("a text").to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
            expires_in: body["expires_in"].as_u64().expect("seconds"),
        }
    }

    /// The session that it names.
    pub fn session(&self) -> String {
        sid(&self.access)
    }
}

/// The session that an access token names.
pub fn sid(token: &str) -> String {
    claims(token)["sid"].as_str().expect("a session").to_owned()
}

/// What an access token says.
pub fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("a JWT");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base 64")).expect("JSON")
}

/// Logs a program in.
pub async fn log_in(app: &TestApp, email: &str) -> Held {
    let fields = [("username", email), ("password", PASSWORD)];
    Held::of(&app.post_form("/login/", &fields).await.expect(200).json())
}

/// Logs a browser in.
pub async fn browser<'a>(app: &'a TestApp, email: &str) -> Browser<'a> {
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let filled = form.fill("username", email).fill("password", PASSWORD);
    browser.submit(&filled).await.expect(200, "/dashboard");
    browser
}

/// What a refresh answers.
pub async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.post_json("/login/refresh", &json!({"refresh_token": token}))
        .await
}

/// Refreshes, which must succeed.
pub async fn next(app: &TestApp, token: &str) -> Held {
    Held::of(&refresh(app, token).await.expect(200).json())
}

/// Asks for one's own account with an access token.
pub async fn own(app: &TestApp, token: &str) -> Answer {
    app.get("/myaccount").bearer(token).await
}

/// Fails unless the token is refused because its session is over, and says why: as the stable code.
pub async fn over(app: &TestApp, token: &str) -> String {
    let answer = own(app, token)
        .await
        .expect_refusal(401, "Authentication required");
    why(&answer)
}

/// Why a session is over, as an answer tells programs.
pub fn why(answer: &Answer) -> String {
    let challenge = answer.header("www-authenticate");
    let rest = challenge.strip_prefix("Bearer error=\"invalid_token\", error_description=\"");
    let rest = rest.unwrap_or_else(|| panic!("{challenge:?} says nothing"));
    let rest = rest.trim_end_matches('"');
    rest.strip_prefix("signed out: ").unwrap_or(rest).to_owned()
}

/// The sessions as their owner sees them.
pub async fn sessions(app: &TestApp, token: &str) -> Vec<Value> {
    let answer = app.get("/myaccount/sessions").bearer(token).await;
    items(&answer.expect(200))
}

/// The items of a list.
pub fn items(answer: &Answer) -> Vec<Value> {
    answer.json()["items"].as_array().expect("a list").clone()
}

/// The session of that identifier in a list.
#[track_caller]
pub fn find(sessions: &[Value], id: &str) -> Value {
    let found = sessions.iter().find(|session| session["id"] == id);
    found
        .unwrap_or_else(|| panic!("{id} is not among {sessions:#?}"))
        .clone()
}

/// Outcome, reason and account of the audit entries about `event`, oldest first.
pub async fn noted(app: &TestApp, event: &str) -> Vec<(String, Option<String>, Option<String>)> {
    let sql =
        "SELECT outcome, reason, account_id FROM audit_entries WHERE event = $1 ORDER BY at, id";
    let rows = app.db.all(sql, &[Bound::from(event)]).await.unwrap();
    let account = |row: &gatepost::db::Row| {
        let id: Option<gatepost::ids::AccountId> = row.get("account_id").unwrap();
        id.map(|id| id.to_string())
    };
    rows.iter()
        .map(|row| {
            (
                row.get("outcome").unwrap(),
                row.get("reason").unwrap(),
                account(row),
            )
        })
        .collect()
}
