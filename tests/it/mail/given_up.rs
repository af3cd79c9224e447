//! A mail that an administrator gives up while a server is being told it: how that try ends changes nothing, unless it was taken.

use gatepost::db::Run;
use gatepost::mail::{self, Queued, State};
use gatepost::mail_queue;
use gatepost::params;
use gatepost::sessions::Admin;

use super::{app_for, enqueue, message, start, stop};
use crate::support::TestApp;
use crate::support::smtp_sink::Sink;

async fn only(app: &TestApp) -> Queued {
    mail::queue(app, None, 10).await.unwrap().remove(0)
}

/// Gives the mail up while the worker waits for the server's answer, then lets the server answer. What is left of the mail?
async fn give_up_meanwhile(app: &TestApp, sink: &Sink) -> Option<Queued> {
    sink.hold(true);
    let worker = start(app);
    sink.wait_to_hear("RCPT TO:").await;
    mail_queue::give_up(app, &Admin::operator(), only(app).await.id)
        .await
        .unwrap();
    sink.hold(false);
    // What has been begun is finished, and noted.
    stop(worker).await;
    mail::queue(app, None, 10).await.unwrap().pop()
}

#[tokio::test]
async fn a_late_failure_does_not_revive_it() {
    // Of a first try and of the last one, after which it would have been given up anyway.
    for tries in [0, 19] {
        let sink = Sink::start();
        sink.refuse("ann", "451 4.3.0 come back later");
        let app = app_for(&sink, |_| ()).await;
        enqueue(&app, &message("ann@example.org")).await;
        let sql = "UPDATE outbox SET attempts = $1";
        app.db.execute(sql, params![tries]).await.unwrap();
        let mail = give_up_meanwhile(&app, &sink).await.unwrap();
        assert_eq!(mail.state, State::Dead);
        assert_eq!(mail.attempts, tries);
        assert_eq!(
            mail.last_error.as_deref(),
            Some("given up by an administrator")
        );
        assert!(mail.due_at.is_none());
        assert!(
            mail::find(&app, mail.id).await.unwrap().is_none(),
            "what it said is gone"
        );
        // Nobody brings it back, and no worker takes it up again.
        assert!(!mail::retry(&app.db, &app, mail.id).await.unwrap());
        assert_eq!(mail::retry_all(&app.db, &app).await.unwrap(), 0);
        sink.accept();
        app.clock.advance(std::time::Duration::from_hours(48));
        enqueue(&app, &message("ben@example.org")).await;
        let worker = start(&app);
        let taken = sink.wait_for(1).await;
        stop(worker).await;
        assert!(taken[0].to[0].contains("ben@"), "{taken:?}");
        assert_eq!(sink.taken().len(), 1);
    }
}

#[tokio::test]
async fn a_server_that_takes_it_all_the_same_has_taken_it() {
    let sink = Sink::start();
    let app = app_for(&sink, |_| ()).await;
    enqueue(&app, &message("ann@example.org")).await;
    let mail = give_up_meanwhile(&app, &sink).await.unwrap();
    assert_eq!(mail.state, State::Sent);
    assert!(mail.dead_at.is_none() && mail.last_error.is_none());
    assert_eq!(sink.taken().len(), 1);
}

#[tokio::test]
async fn of_the_last_mail_to_somebody_a_late_failure_leaves_nothing_either() {
    let sink = Sink::start();
    sink.refuse("ann", "451 4.3.0 come back later");
    let app = app_for(&sink, |_| ()).await;
    enqueue(&app, &message("ann@example.org")).await;
    let sql = "UPDATE outbox SET is_last = TRUE";
    app.db.execute(sql, &[]).await.unwrap();
    assert!(give_up_meanwhile(&app, &sink).await.is_none());
}
