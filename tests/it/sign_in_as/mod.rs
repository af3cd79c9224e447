//! Signing in as a member, for support: who may, what can be done then, what ends it, and who learns of it.

mod begin;
mod console;
mod cookies;
mod rule;
mod seen;
mod tied;
mod told;

use serde_json::{Value, json};

use crate::support::client::Request;
use crate::support::{Answer, Browser, Person, TestApp};

pub const REASON: &str = "You asked why your picture is not shown.";

/// What whoever is signed in as somebody else is told.
pub const REFUSED: &str = "This cannot be done while you are signed in as somebody else.";

/// The request by which `by` begins.
pub fn ask<'a>(app: &'a TestApp, by: &Person, id: &str) -> Request<'a> {
    app.post_json(
        &format!("/users/{id}/sign-in-as"),
        &json!({"reason": REASON}),
    )
    .bearer(&by.token)
}

/// Begins, and answers the token.
pub async fn act_as(app: &TestApp, by: &Person, id: &str) -> String {
    let answer = ask(app, by, id).await.expect(200).json();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Asks for the own account.
pub async fn own(app: &TestApp, token: &str) -> Answer {
    app.get("/myaccount").bearer(token).await
}

/// Begins in a browser of the administrator's, by the console.
pub async fn act_in(browser: &Browser<'_>, id: &str) {
    let path = format!("/admin/people/{id}/sign-in-as");
    let form = browser.open(&path).await.expect(200, &path).form(&path);
    let page = browser.submit(&form.fill("reason", REASON)).await;
    page.expect(200, "/dashboard");
}

/// The entries of the audit log about `event`, newest first.
async fn entries(app: &TestApp, event: &str) -> Vec<Value> {
    let admin = app.log_in("admin@example.com").await;
    let answer = app.get(&format!("/audit?limit=100&event={event}"));
    let answer = answer.bearer(&admin).await.expect(200).json();
    answer["items"].as_array().unwrap().clone()
}
