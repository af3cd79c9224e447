//! The queue as its operator sees it, and what he can do about it.

use std::time::Duration;

use gatepost::clock::Timestamp;
use gatepost::db::Run;
use gatepost::mail::{self, State};

use super::{app_for, enqueue, message, start, stop, wait_until};
use crate::support::smtp_sink::Sink;

#[tokio::test]
async fn shows_to_whom_and_what_became_of_it_and_never_what_it_says() {
    let sink = Sink::start();
    sink.refuse("ann", "451 4.3.0 come back later");
    let app = app_for(&sink, |_| ()).await;
    let worker = start(&app);
    enqueue(&app, &message("ann@example.org")).await;
    enqueue(&app, &message("ben@example.org")).await;
    wait_until(&app, "sent_at IS NOT NULL", 1).await;
    wait_until(&app, "attempts = 1 AND sent_at IS NULL", 1).await;
    stop(worker).await;
    let all = mail::queue(&app, None, 10).await.unwrap();
    assert_eq!(all.len(), 2);
    let text = serde_json::to_string(&all).unwrap();
    assert!(
        !text.contains("secret-token") && !text.contains("Confirm"),
        "{text}"
    );
    let waiting = mail::queue(&app, Some(State::Waiting), 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].recipient, "ann@example.org");
    assert!(
        waiting[0].due_at.is_some() && waiting[0].last_error.as_deref().unwrap().contains("later")
    );
    let sent = mail::queue(&app, Some(State::Sent), 10).await.unwrap();
    assert_eq!(
        (sent.len(), sent[0].recipient.as_str()),
        (1, "ben@example.org")
    );
    assert!(
        mail::queue(&app, Some(State::Dead), 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(mail::queue(&app, None, 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_mail_that_was_given_up_is_sent_after_all() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    for name in ["ann", "ben"] {
        enqueue(&app, &message(&format!("{name}@example.org"))).await;
    }
    // As twenty failures leave them.
    let sql = "UPDATE outbox SET attempts = 20, dead_at = $1, due_at = $2, last_error = 'no'";
    let dead = gatepost::params![app.clock.now(), i64::MAX];
    app.db.execute(sql, dead).await.unwrap();
    let worker = start(&app);
    let ann = mail::queue(&app, Some(State::Dead), 10).await.unwrap();
    let ann = ann
        .iter()
        .find(|mail| mail.recipient.starts_with("ann"))
        .unwrap()
        .id;
    assert!(mail::retry(&app.db, &app, ann).await.unwrap());
    wait_until(&app, "sent_at IS NOT NULL AND attempts = 1", 1).await;
    assert!(
        !mail::retry(&app.db, &app, ann).await.unwrap(),
        "what was sent is not sent again"
    );
    assert!(
        !mail::retry(&app.db, &app, gatepost::ids::MailId::new())
            .await
            .unwrap()
    );
    assert_eq!(mail::retry_all(&app.db, &app).await.unwrap(), 1);
    wait_until(&app, "sent_at IS NOT NULL", 2).await;
    stop(worker).await;
    assert_eq!(sink.taken().len(), 2);
}

#[tokio::test]
async fn a_mail_that_may_be_under_way_is_not_sent_twice() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    enqueue(&app, &message("ann@example.org")).await;
    // As a worker leaves it that is sending it just now.
    let lease = app.clock.now().plus(Duration::from_mins(2));
    app.db
        .execute("UPDATE outbox SET due_at = $1", gatepost::params![lease])
        .await
        .unwrap();
    assert_eq!(mail::retry_all(&app.db, &app).await.unwrap(), 1);
    let row = app.db.one("SELECT due_at FROM outbox", &[]).await.unwrap();
    assert_eq!(row.get::<Timestamp>("due_at").unwrap(), lease);
    // One that waits for longer is moved.
    let later = lease.plus(Duration::from_millis(1));
    app.db
        .execute("UPDATE outbox SET due_at = $1", gatepost::params![later])
        .await
        .unwrap();
    mail::retry_all(&app.db, &app).await.unwrap();
    let row = app.db.one("SELECT due_at FROM outbox", &[]).await.unwrap();
    assert_eq!(row.get::<Timestamp>("due_at").unwrap(), app.clock.now());
}

#[tokio::test]
async fn all_are_tried_again_however_many_there_are() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    let (now, never) = (app.clock.now(), i64::MAX);
    let mut ids: Vec<_> = (0..2100).map(|_| gatepost::ids::MailId::new()).collect();
    for some in ids.chunks(100) {
        let mut params = gatepost::params![now, never, vec![0_u8]].to_vec();
        let mut rows = Vec::new();
        for id in some {
            params.push((*id).into());
            let place = params.len();
            rows.push(format!("(${place}, 'ann@example.org', $3, $1, $2, 20, $1)"));
        }
        let sql = format!(
            "INSERT INTO outbox (id, recipient, sealed, created_at, due_at, attempts, dead_at) VALUES {}",
            rows.join(", ")
        );
        app.db.execute(&sql, &params).await.unwrap();
    }
    // One was sent, and the link of another one has expired.
    let sql = "UPDATE outbox SET sent_at = $2, dead_at = NULL WHERE id = $1";
    let sent = gatepost::params![ids.pop().unwrap(), now];
    app.db.execute(sql, sent).await.unwrap();
    let sql = "UPDATE outbox SET expires_at = $2 WHERE id = $1";
    let expired = gatepost::params![ids.pop().unwrap(), now];
    app.db.execute(sql, expired).await.unwrap();
    let by = gatepost::sessions::Admin::operator();
    let count = gatepost::mail_queue::retry_all(&app, &by).await.unwrap();
    assert_eq!(count, 2098);
    let sql = "SELECT COUNT(*) AS number FROM outbox WHERE dead_at IS NULL AND sent_at IS NULL AND attempts = 0 AND due_at = $1";
    let row = app.db.one(sql, gatepost::params![now]).await.unwrap();
    assert_eq!(row.get::<i64>("number").unwrap(), 2098);
    let asked = "event = 'mail_retried' AND details LIKE '%2098%'";
    assert_eq!(crate::audit::count(&app, asked).await, 1);
}
