//! Recovery: a new password by mail, for the owner of the address and for nobody else.

mod addresses;
mod claim;
mod end_of_links;
mod force;
mod limits;
mod logs;
mod page;
mod privacy;
mod request;
mod reset;
mod way_round;

use gatepost::db::{Run, Value};
use gatepost::jobs;
use serde_json::json;

use crate::support::mailbox::Mail;
use crate::support::{Answer, TestApp};

/// A good password that nobody has had before.
pub const NEW: &str = "correct horse battery staple";
pub const INVALID: &str = "Invalid or expired link for a new password";
const ON_ITS_WAY: &str = "If an account has this address, a mail is on its way.";

/// Asks for a link, as anybody can.
pub async fn ask(app: &TestApp, email: &str) -> Answer {
    app.post_json("/forgot-password", &json!({"email": email}))
        .await
        .expect(200)
}

/// The recovery mails to an address, newest first.
async fn mails(app: &TestApp, email: &str) -> Vec<Mail> {
    let mails = app.mails_to(email).await.into_iter();
    mails
        .filter(|mail| mail.text.contains("/reset-password#"))
        .collect()
}

/// The code behind the link of a mail.
fn code_in(mail: &Mail) -> String {
    let link = mail
        .links
        .iter()
        .find_map(|link| link.split_once("/reset-password#"));
    link.unwrap_or_else(|| panic!("no link in {mail:#?}"))
        .1
        .to_owned()
}

/// The code of a new mail to an address.
pub async fn new_code(app: &TestApp, email: &str) -> String {
    ask(app, email).await;
    code_in(&mails(app, email).await[0])
}

/// What `POST /reset-password` answers.
pub async fn reset(app: &TestApp, token: &str, password: &str) -> Answer {
    let body = json!({"token": token, "password": password});
    app.post_json("/reset-password", &body).await
}

/// Does the jobs that are due.
async fn work(app: &TestApp) {
    jobs::run_due(app, gatepost::app::WORK).await.unwrap();
}

/// The entries of the audit log about an event, oldest first: outcome, reason, account and personal facts.
pub async fn noted(app: &TestApp, event: &str) -> Vec<(String, Option<String>, String, String)> {
    let sql = "SELECT outcome, reason, account_id, personal FROM audit_entries WHERE event = $1 ORDER BY at, id";
    let rows = app.db.all(sql, &[Value::from(event)]).await.unwrap();
    let rows = rows.iter();
    rows.map(|row| {
        let account: Option<gatepost::ids::AccountId> = row.get("account_id").unwrap();
        (
            row.get("outcome").unwrap(),
            row.get("reason").unwrap(),
            account.map(|id| id.to_string()).unwrap_or_default(),
            row.get::<Option<String>>("personal")
                .unwrap()
                .unwrap_or_default(),
        )
    })
    .collect()
}

/// Everything that stands in a table, as text.
async fn dump(app: &TestApp, table: &str) -> String {
    let columns = match table {
        "audit_entries" => "event || ' ' || details || ' ' || COALESCE(personal, '')",
        "jobs" => "kind",
        "outbox" => "recipient || ' ' || COALESCE(last_error, '')",
        "limits" => "bucket",
        _ => "email_key",
    };
    let rows = app
        .db
        .all(&format!("SELECT {columns} AS text FROM {table}"), &[])
        .await
        .unwrap();
    let rows = rows.iter();
    rows.map(|row| row.get::<String>("text").unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

async fn count(app: &TestApp, table: &str) -> i64 {
    let sql = format!("SELECT count(*) AS number FROM {table}");
    let row = app.db.one(&sql, &[]).await.unwrap();
    row.get("number").unwrap()
}
