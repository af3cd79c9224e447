//! The mail queue, for administrators: what they see of it, and what they can do about it.

mod console;
mod give_up;
mod retry;

use gatepost::db::Run;
use gatepost::email_address::EmailAddress;
use gatepost::ids::MailId;
use gatepost::mail::{self, Message, Queued};
use gatepost::params;
use serde_json::json;

use crate::support::TestApp;

const PAGE: &str = "/admin/mail";

/// Puts a mail with a secret into the outbox, which no worker empties here.
async fn write(app: &TestApp, to: &str) -> MailId {
    let message = &Message {
        to: EmailAddress::parse(to).unwrap(),
        template: "recovery/link",
        context: json!({"name": "Ann", "url": "https://accounts.example.com/#secret-token", "expires_in": "1 hour"}),
    };
    let server = &**app;
    app.db
        .transaction(|tx| async move { mail::enqueue(&tx, server, message.clone()).await })
        .await
        .unwrap();
    let mails = mail::queue_to(app, to, 1).await.unwrap();
    mails[0].id
}

async fn find(app: &TestApp, id: MailId) -> Option<Queued> {
    mail::queued(&app.db, id).await.unwrap()
}

/// As twenty failures leave it.
async fn kill(app: &TestApp, id: MailId) {
    let sql = "UPDATE outbox SET attempts = 20, dead_at = $2, due_at = $3, last_error = '550 <b>no</b>' WHERE id = $1";
    let dead = params![id, app.clock.now(), i64::MAX];
    app.db.execute(sql, dead).await.unwrap();
}

/// As a failure leaves it.
async fn fail(app: &TestApp, id: MailId) {
    let later = app.clock.now().plus(std::time::Duration::from_hours(1));
    let sql = "UPDATE outbox SET attempts = 1, due_at = $2, last_error = '451 later' WHERE id = $1";
    app.db.execute(sql, params![id, later]).await.unwrap();
}

/// As a server leaves it that has taken it.
async fn send(app: &TestApp, id: MailId) {
    let sql = "UPDATE outbox SET attempts = 1, sent_at = $2, due_at = $3 WHERE id = $1";
    let sent = params![id, app.clock.now(), i64::MAX];
    app.db.execute(sql, sent).await.unwrap();
}

/// Forgets what making people has left.
async fn forget(app: &TestApp) {
    app.db.execute("DELETE FROM outbox", &[]).await.unwrap();
}
