//! Mails whose links have run out: after a long outage they are not sent any more.

use std::time::Duration;

use gatepost::db::Run;
use gatepost::mail::{self, State};

use super::{app_for, message, start, stop, wait_until};
use crate::support::TestApp;
use crate::support::smtp_sink::Sink;

async fn enqueue_for(app: &TestApp, to: &str, life: Duration) {
    let until = app.clock.now().plus(life);
    mail::enqueue_until(&app.db, app, message(to), until)
        .await
        .unwrap();
    app.post.wake();
}

#[tokio::test]
async fn a_mail_is_sent_as_long_as_its_link_works() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    enqueue_for(&app, "ann@example.org", Duration::from_hours(1)).await;
    app.advance_almost(Duration::from_hours(1));
    let worker = start(&app);
    sink.wait_for(1).await;
    wait_until(&app, "sent_at IS NOT NULL", 1).await;
    stop(worker).await;
}

#[tokio::test]
async fn a_mail_whose_link_ran_out_is_given_up_and_forgotten() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    enqueue_for(&app, "ann@example.org", Duration::from_hours(1)).await;
    app.clock.advance(Duration::from_hours(1));
    let worker = start(&app);
    wait_until(
        &app,
        "dead_at IS NOT NULL AND length(sealed) = 0 AND last_error = 'expired'",
        1,
    )
    .await;
    stop(worker).await;
    assert!(sink.taken().is_empty());
    let dead = mail::queue(&app, Some(State::Dead), 10).await.unwrap();
    assert_eq!(dead[0].last_error.as_deref(), Some("expired"));
    assert!(
        !mail::retry(&app.db, &app, dead[0].id).await.unwrap(),
        "there is nothing to send"
    );
    assert_eq!(mail::retry_all(&app.db, &app).await.unwrap(), 0);
}

#[tokio::test]
async fn the_link_of_a_registration_runs_out_with_its_mail() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    app.post_json(
        "/register/",
        &serde_json::json!({"email": "ann@example.org", "password": crate::support::PASSWORD}),
    )
    .await;
    let sql = "SELECT COUNT(*) AS number FROM outbox WHERE expires_at = created_at + $1";
    let life = app.config.registration.verification_lifetime.get();
    let life = i64::try_from(life.as_millis()).unwrap();
    let row = app.db.one(sql, gatepost::params![life]).await.unwrap();
    assert_eq!(row.get::<i64>("number").unwrap(), 1);
}
