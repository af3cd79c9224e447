//! Invitations: who is asked to come, by whom, and what comes of it.

mod abuse;
mod accept;
mod commands;
mod console;
mod create;
mod inviter;
mod list;
mod resend;
mod revoke;
mod take_over;

use gatepost::db::Run;
use serde_json::{Value, json};

use crate::support::client::Request;
use crate::support::{Answer, PASSWORD, TestApp};

/// What a useless code is answered with.
pub const INVALID: &str = "Invalid or expired invitation";

/// The guest of these tests.
pub const JANE: &str = "jane@example.com";

/// A request to invite somebody with a role.
pub fn invite_as<'a>(app: &'a TestApp, token: &str, email: &str, role: &str) -> Request<'a> {
    app.post_json("/invitations", &json!({"email": email, "role": role}))
        .bearer(token)
}

/// An invitation by the administrator.
pub async fn invite(app: &TestApp, email: &str) -> Value {
    let admin = app.admin().await.token.clone();
    invite_as(app, &admin, email, "AUTHENTICATED")
        .await
        .expect(201)
        .json()
}

/// The code in the newest invitation that was mailed to an address.
pub async fn code(app: &TestApp, email: &str) -> String {
    let mails = app.mails_to(email).await;
    let links = mails.iter().flat_map(|mail| &mail.links);
    let mut codes = links.filter_map(|link| link.split_once("/accept-invitation#"));
    codes.next().expect("an invitation").1.to_owned()
}

/// An invitation by the administrator, and the code that was mailed.
pub async fn invited(app: &TestApp, email: &str) -> String {
    invite(app, email).await;
    code(app, email).await
}

pub fn acceptance(code: &str) -> Value {
    json!({"token": code, "password": PASSWORD})
}

pub async fn accept(app: &TestApp, code: &str) -> Answer {
    app.post_json("/invitations/accept", &acceptance(code))
        .await
}

#[track_caller]
fn assert_useless(answer: Answer) {
    let answer = answer.expect_refusal(400, INVALID);
    assert_eq!(answer.json()["code"], "invalid_invitation");
}

/// How many accounts there are.
async fn accounts(app: &TestApp) -> i64 {
    let sql = "SELECT COUNT(*) AS total FROM accounts";
    let row = app.db.one(sql, &[]).await.unwrap();
    row.get("total").unwrap()
}

/// The user object, as the administrator sees it.
async fn shown(app: &TestApp, id: &Value) -> Value {
    let path = format!("/users/{}", id.as_str().expect("an id"));
    let admin = app.log_in("admin@example.com").await;
    app.get(&path).bearer(&admin).await.expect(200).json()
}
