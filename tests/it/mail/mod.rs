//! Mail: what is written into the outbox, how it travels, and what the worker makes of a server that fails.

mod compose;
mod deliver;
mod eml;
mod enqueue;
mod expiry;
mod given_up;
mod outage;
mod queue;
mod smtp;

use gatepost::app::App;
use gatepost::config::{Config, SmtpTls};
use gatepost::db::Run;
use gatepost::email_address::EmailAddress;
use gatepost::mail::{self, Message};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::smtp_sink::Sink;
use crate::support::{TestApp, app_with};

/// An application that sends its mails to `sink`, if `change` does not change that.
async fn app_for(sink: &Sink, change: impl FnOnce(&mut Config)) -> TestApp {
    let port = sink.port;
    app_with(|config| {
        config.public_url = Some("https://accounts.example.com".parse().unwrap());
        config.mail.from = "Gatepost <no-reply@example.com>".into();
        config.mail.smtp_host = "127.0.0.1".into();
        config.mail.smtp_port = port;
        config.mail.smtp_tls = SmtpTls::None;
        change(config);
    })
    .await
}

fn message(to: &str) -> Message {
    Message {
        to: EmailAddress::parse(to).unwrap(),
        template: "verification/verify_email",
        context: json!({
            "name": "Ann",
            "url": "https://accounts.example.com/verify-email/1/secret-token",
            "expires_in": "24 hours",
        }),
    }
}

async fn enqueue(app: &App, message: &Message) {
    app.db
        .transaction(|tx| async move { mail::enqueue(&tx, app, message.clone()).await })
        .await
        .unwrap();
    app.post.wake();
}

/// The worker, and the switch that stops it.
fn start(app: &App) -> (JoinHandle<()>, watch::Sender<bool>) {
    let (stop, stopped) = watch::channel(false);
    (tokio::spawn(mail::run(app.clone(), stopped)), stop)
}

async fn stop((worker, stop): (JoinHandle<()>, watch::Sender<bool>)) {
    stop.send(true).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(10), worker)
        .await
        .expect("the worker stops")
        .unwrap();
}

/// Waits until the outbox has `count` rows of which `condition` is true.
async fn wait_until(app: &App, condition: &str, count: i64) {
    let sql = format!("SELECT count(*) AS number FROM outbox WHERE {condition}");
    for _ in 0..1000 {
        if app
            .db
            .one(&sql, &[])
            .await
            .unwrap()
            .get::<i64>("number")
            .unwrap()
            == count
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the outbox has no {count} rows with {condition}");
}
