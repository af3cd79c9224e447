//! The worker: each mail once, whatever the server does.

use std::time::Duration;

use gatepost::clock::Timestamp;
use gatepost::db::Run;
use gatepost::mail;

use super::{app_for, enqueue, message, start, stop, wait_until};
use crate::support::smtp_sink::Sink;

#[tokio::test]
async fn sends_a_mail_to_its_one_recipient_and_forgets_its_links() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    let worker = start(&app);
    enqueue(&app, &message("Ann@Example.org")).await;
    let taken = sink.wait_for(1).await.remove(0);
    assert_eq!(taken.from, "<no-reply@example.com>");
    assert_eq!(taken.to, ["<Ann@example.org>"]);
    assert!(
        taken.data.contains("To: Ann@example.org\r\n"),
        "{}",
        taken.data
    );
    assert!(
        taken.data.contains("/verify-email/1/secret-token"),
        "{}",
        taken.data
    );

    wait_until(
        &app,
        "sent_at IS NOT NULL AND length(sealed) = 0 AND last_error IS NULL",
        1,
    )
    .await;
    assert!(mail::newest(&app, None).await.unwrap().is_empty());
    stop(worker).await;
    assert_eq!(sink.taken().len(), 1);
}

#[tokio::test]
async fn sends_what_was_written_while_no_worker_ran() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    for number in 0..40 {
        enqueue(&app, &message(&format!("a{number}@example.org"))).await;
    }
    let worker = start(&app);
    sink.wait_for(40).await;
    wait_until(&app, "sent_at IS NOT NULL", 40).await;
    stop(worker).await;
    assert!(sink.connections() < 40, "a connection takes several mails");
}

#[tokio::test]
async fn several_workers_send_each_mail_once() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    let workers = [start(&app), start(&app), start(&app)];
    for number in 0..60 {
        enqueue(&app, &message(&format!("a{number}@example.org"))).await;
    }
    wait_until(&app, "sent_at IS NOT NULL", 60).await;
    for worker in workers {
        stop(worker).await;
    }
    let mut recipients: Vec<_> = sink
        .taken()
        .into_iter()
        .flat_map(|taken| taken.to)
        .collect();
    assert_eq!(recipients.len(), 60);
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), 60);
}

#[tokio::test]
async fn tries_again_later_and_loses_nothing() {
    let sink = Sink::start();
    sink.refuse("", "451 4.3.0 come back later");
    let app = app_for(&sink, |_| ()).await;
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    wait_until(
        &app,
        "attempts = 1 AND last_error LIKE '%come back later%' AND sent_at IS NULL",
        1,
    )
    .await;

    let due_at: Timestamp = app
        .db
        .one("SELECT due_at FROM outbox", &[])
        .await
        .unwrap()
        .get("due_at")
        .unwrap();
    let wait = due_at.since(app.clock.now());
    assert!((60..=120).contains(&wait.as_secs()), "{wait:?}");

    sink.accept();
    app.clock.advance(Duration::from_secs(59));
    app.post.wake();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(sink.taken().is_empty(), "not before its time");
    app.clock.advance(Duration::from_secs(62));
    app.post.wake();
    sink.wait_for(1).await;
    wait_until(
        &app,
        "sent_at IS NOT NULL AND last_error IS NULL AND attempts = 2",
        1,
    )
    .await;
    stop(worker).await;
}

#[tokio::test]
async fn waits_longer_after_each_failure_and_gives_up_in_the_end() {
    let sink = Sink::start();
    sink.refuse("ann", "550 5.1.1 nobody here");
    let app = app_for(&sink, |_| ()).await;
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    for attempts in 1..=20 {
        wait_until(&app, &format!("attempts = {attempts}"), 1).await;
        let row = app
            .db
            .one("SELECT due_at, dead_at FROM outbox", &[])
            .await
            .unwrap();
        let is_dead = row.get::<Option<Timestamp>>("dead_at").unwrap().is_some();
        assert_eq!(is_dead, attempts == 20);
        let most = Duration::from_secs((120 << (attempts - 1).min(16)).min(6 * 60 * 60));
        let wait = row
            .get::<Timestamp>("due_at")
            .unwrap()
            .since(app.clock.now());
        assert!(
            is_dead || (most / 2 <= wait && wait <= most),
            "{attempts}: {wait:?}"
        );
        app.clock.advance(most + Duration::from_secs(1));
        app.post.wake();
    }
    app.clock.advance(Duration::from_hours(24));
    app.post.wake();
    tokio::time::sleep(Duration::from_millis(50)).await;
    wait_until(&app, "attempts = 20 AND dead_at IS NOT NULL", 1).await;
    stop(worker).await;
}

#[tokio::test]
async fn one_bad_recipient_does_not_hold_up_the_others() {
    let sink = Sink::start();
    sink.refuse("ann", "550 5.1.1 nobody here");
    let app = app_for(&sink, |_| ()).await;
    enqueue(&app, &message("ann@example.org")).await;
    for number in 0..12 {
        enqueue(&app, &message(&format!("a{number}@example.org"))).await;
    }
    let worker = start(&app);
    wait_until(&app, "sent_at IS NOT NULL", 12).await;
    wait_until(
        &app,
        "attempts = 1 AND last_error LIKE '%nobody here%' AND recipient = 'ann@example.org'",
        1,
    )
    .await;
    stop(worker).await;
}

#[tokio::test]
async fn a_mail_that_was_not_confirmed_is_sent_again_under_the_same_id() {
    let sink = Sink::start();
    sink.hang_up(true);
    let app = app_for(&sink, |_| ()).await;
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    wait_until(&app, "attempts = 1 AND sent_at IS NULL", 1).await;
    sink.hang_up(false);
    app.clock.advance(Duration::from_secs(121));
    app.post.wake();
    wait_until(&app, "attempts = 2 AND sent_at IS NOT NULL", 1).await;
    stop(worker).await;
    let ids: Vec<_> = sink
        .taken()
        .iter()
        .map(|mail| field(&mail.data, "Message-ID: "))
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

fn field(letter: &str, begin: &str) -> String {
    letter
        .lines()
        .find_map(|line| line.strip_prefix(begin))
        .expect("the field is there")
        .to_owned()
}

#[tokio::test]
async fn an_unreachable_server_is_tried_once_for_many_mails() {
    let sink = Sink::start();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let app = app_for(&sink, |config| config.mail.smtp_port = nobody).await;
    for number in 0..16 {
        enqueue(&app, &message(&format!("a{number}@example.org"))).await;
    }
    let worker = start(&app);
    wait_until(
        &app,
        "attempts = 1 AND sent_at IS NULL AND last_error IS NOT NULL",
        16,
    )
    .await;
    stop(worker).await;
}

#[tokio::test]
async fn keeps_no_secret_in_the_error() {
    let sink = Sink::start();
    let token = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    sink.refuse(
        "",
        &format!("554 5.7.1 spam: https://accounts.example.com/v/{token} and {token} by hunter2!"),
    );
    let app = app_for(&sink, |config| {
        config.mail.smtp_username = "gatepost".into();
        config.mail.smtp_password = "hunter2".into();
    })
    .await;
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    wait_until(&app, "attempts = 1", 1).await;
    stop(worker).await;
    let row = app
        .db
        .one("SELECT last_error FROM outbox", &[])
        .await
        .unwrap();
    let error: String = row.get("last_error").unwrap();
    assert!(error.contains("5.7.1 spam:"), "{error}");
    assert!(
        !error.contains(token) && !error.contains("hunter2"),
        "{error}"
    );
}

#[tokio::test]
async fn a_claim_that_nobody_finished_is_taken_over() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    enqueue(&app, &message("ann@example.org")).await;
    // As a node leaves it that ended right after its claim.
    let later = app.clock.now().plus(Duration::from_mins(2));
    app.db
        .execute("UPDATE outbox SET due_at = $1", gatepost::params![later])
        .await
        .unwrap();
    let worker = start(&app);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(sink.taken().is_empty());
    app.clock.advance(Duration::from_secs(121));
    app.post.wake();
    sink.wait_for(1).await;
    stop(worker).await;
}

#[tokio::test]
async fn forgets_finished_mails_after_a_month() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    wait_until(&app, "sent_at IS NOT NULL", 1).await;
    stop(worker).await;
    app.clock.advance(Duration::from_hours(29 * 24));
    assert_eq!(mail::purge(&app).await.unwrap(), 0);
    enqueue(&app, &message("ben@example.org")).await;
    app.clock.advance(Duration::from_hours(2 * 24));
    assert_eq!(mail::purge(&app).await.unwrap(), 1);
    app.clock.advance(Duration::from_hours(60 * 24));
    assert_eq!(mail::purge(&app).await.unwrap(), 0, "what waits is kept");
}
