//! A mail server that is away for an hour: nobody waits for it, nothing is lost, and nothing comes twice.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{app_for, start, stop, wait_until};
use crate::support::PASSWORD;
use crate::support::smtp_sink::Sink;

const PEOPLE: usize = 12;

#[tokio::test]
async fn requests_are_answered_meanwhile_and_each_mail_arrives_once_afterwards() {
    let sink = Sink::start();
    sink.go_away(true);
    let app = app_for(&sink, |config| config.registration.per_network = 1000).await;
    let worker = start(&app);
    for minute in 0..60 {
        if minute % (60 / PEOPLE) == 0 {
            let begun = Instant::now();
            let body = json!({"email": format!("p{minute}@example.org"), "password": PASSWORD});
            app.post_json("/register/", &body).await.expect(200);
            assert!(
                begun.elapsed() < Duration::from_secs(5),
                "a request waits for no mail server"
            );
        }
        app.clock.advance(Duration::from_mins(1));
        app.post.wake();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let all = i64::try_from(PEOPLE).unwrap();
    wait_until(
        &app,
        "attempts > 0 AND sent_at IS NULL AND dead_at IS NULL",
        all,
    )
    .await;
    assert!(sink.taken().is_empty() && sink.connections() > 0);

    sink.go_away(false);
    for _ in 0..12 {
        app.clock.advance(Duration::from_mins(30));
        app.post.wake();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    wait_until(&app, "sent_at IS NOT NULL", all).await;
    stop(worker).await;
    let mut recipients: Vec<_> = sink.taken().into_iter().flat_map(|mail| mail.to).collect();
    assert_eq!(recipients.len(), PEOPLE);
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), PEOPLE);
}
