//! The conversation with the server, and where mails go without one.

use gatepost::config::{Config, SmtpTls};
use gatepost::db::Run;
use gatepost::mail;

use super::{app_for, enqueue, message, start, stop, wait_until};
use crate::support::app_with;
use crate::support::smtp_sink::Sink;

#[tokio::test]
async fn without_starttls_nothing_is_said() {
    let sink = Sink::start();
    let app = app_for(&sink, |config| {
        config.mail.smtp_tls = SmtpTls::Starttls;
        config.mail.smtp_username = "gatepost".into();
        config.mail.smtp_password = "hunter2".into();
    })
    .await;
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    wait_until(
        &app,
        "attempts = 1 AND last_error LIKE '%STARTTLS is not supported%'",
        1,
    )
    .await;
    stop(worker).await;
    let said = sink.commands();
    assert!(
        said.iter()
            .all(|line| line.starts_with("EHLO") || line == "QUIT"),
        "{said:?}"
    );
}

#[tokio::test]
async fn signs_in_and_introduces_itself() {
    let sink = Sink::start();
    let app = app_for(&sink, |config| {
        config.mail.smtp_username = "gatepost".into();
        config.mail.smtp_password = "hunter2".into();
    })
    .await;
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    sink.wait_for(1).await;
    stop(worker).await;
    let said = sink.commands();
    // PLAIN: NUL name NUL password (RFC 4616 section 2).
    assert_eq!(
        &said[..2],
        [
            "EHLO accounts.example.com",
            "AUTH PLAIN AGdhdGVwb3N0AGh1bnRlcjI="
        ]
    );
}

#[tokio::test]
async fn an_international_local_part_asks_for_smtputf8() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    let worker = start(&app);
    enqueue(&app, &message("jörg@münchen.example")).await;
    let taken = sink.wait_for(1).await.remove(0);
    stop(worker).await;
    assert_eq!(taken.from, "<no-reply@example.com> SMTPUTF8 BODY=8BITMIME");
    assert_eq!(taken.to, ["<jörg@xn--mnchen-3ya.example>"]);
}

#[tokio::test]
async fn in_development_mails_stay_readable() {
    let app = app_with(|_| ()).await;
    assert!(mail::is_dev_mailbox(&app.config));
    assert_eq!(mail::warning(&app.config), None);
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    wait_until(&app, "sent_at IS NOT NULL AND length(sealed) > 0", 1).await;
    stop(worker).await;
    assert_eq!(mail::newest(&app, None).await.unwrap().len(), 1);
}

#[tokio::test]
async fn without_a_server_in_production_mails_wait() {
    let app = app_with(|config| {
        config.public_url = Some("https://accounts.example.com".parse().unwrap());
    })
    .await;
    assert!(!mail::is_dev_mailbox(&app.config));
    assert!(
        mail::warning(&app.config)
            .unwrap()
            .contains("mail.smtp_host is not set")
    );
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    worker.0.await.unwrap();
    let row = app
        .db
        .one("SELECT attempts, sent_at FROM outbox", &[])
        .await
        .unwrap();
    assert_eq!(
        (
            row.get::<i64>("attempts").unwrap(),
            row.get::<Option<i64>>("sent_at").unwrap()
        ),
        (0, None)
    );
}

#[test]
fn only_a_server_of_ones_own_machine_has_a_mailbox_page() {
    assert!(mail::is_dev_mailbox(&Config::default()));
    let config = Config {
        listen: "0.0.0.0:8000".into(),
        ..Config::default()
    };
    assert!(!mail::is_dev_mailbox(&config));
    let mut config = Config::default();
    config.mail.smtp_host = "mail.example.com".into();
    assert!(!mail::is_dev_mailbox(&config));
}
