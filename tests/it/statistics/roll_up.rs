//! What is counted, and that nothing is counted twice.

use std::time::Duration;

use gatepost::db::Run;
use gatepost::ids::AccountId;
use gatepost::params;
use gatepost::statistics::{self, Rounds};

use super::{figures, last};
use crate::support::{TestApp, app_with, on_both, patient};

const DAY: Duration = Duration::from_hours(24);

async fn fail(app: &TestApp, email: &str) {
    let fields = [("username", email), ("password", "Not*the_one1")];
    app.post_form("/login/", &fields).await.expect(401);
}

#[tokio::test]
async fn counts_each_event_once() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    fail(&app, "jane@example.com").await;
    fail(&app, "nobody@example.com").await;
    statistics::roll_up(&app).await.unwrap();
    statistics::roll_up(&app).await.unwrap();
    let figures = figures(&app, "").await;
    let today = last(&figures, "days");
    assert_eq!(today["sign_ups"], 2);
    assert_eq!(today["failures"], 2);
    assert_eq!(
        today["log_ins"], 2,
        "the one of this test is not counted yet"
    );
    assert_eq!(today["active_day"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_count_once() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let other = app.second_node().await;
    let (one, two) = on_both(&app, &other, |node| async move {
        statistics::roll_up(&node).await
    })
    .await;
    one.unwrap();
    two.unwrap();
    let figures = figures(&app, "").await;
    assert_eq!(last(&figures, "days")["sign_ups"], 2);
    assert_eq!(last(&figures, "days")["active_day"], 2);
}

/// Who was there today, as far as it is counted, after a round of the worker.
async fn after_a_round(app: &TestApp, rounds: &mut Rounds) -> i64 {
    while rounds.next(app).await.unwrap() {}
    let sql = "SELECT value FROM daily_counts WHERE name = 'active_day' ORDER BY day DESC LIMIT 1";
    let row = app.db.one(sql, &[]).await.unwrap();
    row.get("value").unwrap()
}

#[tokio::test]
async fn a_worker_goes_on_where_it_was_and_finds_those_who_come_late() {
    let app = app_with(patient).await;
    app.admin().await;
    let mut rounds = Rounds::default();
    assert_eq!(after_a_round(&app, &mut rounds).await, 1);
    app.verified_user("jane@example.com").await;
    assert_eq!(after_a_round(&app, &mut rounds).await, 2);
    // Of another node whose clock is behind, or committed when the worker had come by.
    let late = app.verified_user("late@example.com").await;
    let late: AccountId = late.id.parse().unwrap();
    let sql = "UPDATE sessions SET last_seen_at = last_seen_at - 30000 WHERE account_id = $1";
    app.db.execute(sql, params![late]).await.unwrap();
    let mut counted = Vec::new();
    for _ in 0..30 {
        counted.push(after_a_round(&app, &mut rounds).await);
    }
    assert_eq!(counted.first(), Some(&2), "each round looks at what is new");
    assert_eq!(counted.get(12), Some(&3), "{counted:?}");
    assert_eq!(counted.last(), Some(&3), "nobody twice: {counted:?}");
}

#[tokio::test]
async fn people_of_a_week_are_different_people() {
    let app = app_with(patient).await;
    app.admin().await;
    app.verified_user("jane@example.com").await;
    statistics::roll_up(&app).await.unwrap();
    for _ in 0..3 {
        app.clock.advance(DAY);
        app.log_in("jane@example.com").await;
        statistics::roll_up(&app).await.unwrap();
    }
    let figures = figures(&app, "").await;
    let today = last(&figures, "days");
    assert_eq!(today["active_day"], 1, "only Jane came so far: {figures:#}");
    assert_eq!(today["active_week"], 2);
    assert_eq!(today["active_month"], 2);
}

#[tokio::test]
async fn a_week_forgets_who_has_not_come_back() {
    let app = app_with(patient).await;
    app.admin().await;
    app.verified_user("jane@example.com").await;
    statistics::roll_up(&app).await.unwrap();
    app.clock.advance(DAY * 7);
    app.log_in("jane@example.com").await;
    let figures = figures(&app, "").await;
    let today = last(&figures, "days");
    assert_eq!(today["active_week"], 1);
    assert_eq!(today["active_month"], 2);
}

#[tokio::test]
async fn tells_who_has_stayed() {
    let app = app_with(patient).await;
    app.admin().await;
    app.verified_user("jane@example.com").await;
    app.register("never@example.com").await;
    statistics::roll_up(&app).await.unwrap();
    app.clock.advance(DAY);
    app.log_in("jane@example.com").await;
    statistics::roll_up(&app).await.unwrap();
    app.clock.advance(DAY);
    let figures = figures(&app, "").await;
    let cohort = &figures["cohorts"][0];
    assert_eq!(cohort["accounts"], 3);
    assert_eq!(cohort["verified"], 2);
    assert_eq!(cohort["day_1"], 1);
    assert_eq!(cohort["day_7"], serde_json::Value::Null);
    assert_eq!(
        figures["accounts"]["away_24_hours"], 2,
        "Jane came just then: {figures:#}"
    );
    assert_eq!(figures["accounts"]["never"], 1);
}

#[tokio::test]
async fn what_is_gone_is_counted_no_more() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    statistics::roll_up(&app).await.unwrap();
    let target = format!("/users/{}", jane.id);
    app.delete(&target).bearer(&admin.token).await.expect(204);
    let figures = figures(&app, "").await;
    assert_eq!(figures["accounts"]["total"], 1);
    assert_eq!(figures["cohorts"][0]["accounts"], 1);
    assert!(app.dump().await["account_activity"].len() == 1);
}
