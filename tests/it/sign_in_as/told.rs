//! The audit log tells the end of it as well as the beginning: who, as whom, and why it ended; once.

use std::time::Duration;

use gatepost::db::Run;
use gatepost::roles::Role;
use gatepost::sessions::ACTING_LASTS;
use serde_json::Value;

use super::{act_as, entries, own};
use crate::sessions::{browser, find, over, sessions, sid};
use crate::support::{Person, TestApp};

/// The one entry about an end.
async fn told(app: &TestApp) -> Value {
    let mut ends = entries(app, "sign_in_as_ended").await;
    assert_eq!(ends.len(), 1, "{ends:#?}");
    ends.remove(0)
}

async fn tidy(app: &TestApp) {
    gatepost::sessions::purge(app).await.unwrap();
}

/// An administrator besides the first, somebody whom he is signed in as, and the token of that.
async fn scene() -> (TestApp, Person, Person, String) {
    let app = TestApp::start().await;
    let helper = app.user_with_role("helper@example.com", Role::Admin).await;
    let jane = app.verified_user("jane@example.com").await;
    let token = act_as(&app, &helper, &jane.id).await;
    (app, helper, jane, token)
}

/// That the server tells it, about that administrator and that person.
fn by_server(end: &Value, helper: &Person, jane: &Person, reason: &str) {
    assert_eq!(end["reason"], reason);
    assert_eq!(end["outcome"], "done");
    assert_eq!(end["actor_kind"], "system");
    assert_eq!(end["actor_id"], Value::Null);
    assert_eq!(end["account_id"], jane.id.as_str());
    assert_eq!(end["details"]["administrator"], helper.id.as_str());
}

#[tokio::test]
async fn that_the_time_was_over_and_when() {
    let (app, helper, jane, token) = scene().await;
    let ends = app.clock.now().plus(ACTING_LASTS);
    tidy(&app).await;
    assert!(entries(&app, "sign_in_as_ended").await.is_empty());
    app.clock.advance(ACTING_LASTS + Duration::from_mins(3));
    // Neither whoever logs in nor two nodes that tidy up at once tell it twice, or otherwise.
    let again = app.log_in(&jane.email).await;
    let both = tokio::join!(
        gatepost::sessions::purge(&app),
        gatepost::sessions::purge(&app)
    );
    assert!(both.0.is_ok() && both.1.is_ok());
    tidy(&app).await;
    let end = told(&app).await;
    by_server(&end, &helper, &jane, "expired");
    assert_eq!(end["details"]["acting_session"], sid(&token));
    assert!(end["details"]["ended_at"].as_str().unwrap() <= ends.to_string().as_str());
    let shown = find(&sessions(&app, &again).await, &sid(&token));
    assert_eq!(shown["end_reason"], "expired");
    // The person reads it as well.
    let history = app.get("/myaccount/history").bearer(&again).await;
    let history = history.expect(200).json();
    let events = history["items"].as_array().unwrap();
    let is_told = |item: &&Value| item["event"] == "sign_in_as_ended";
    assert_eq!(events.iter().filter(is_told).count(), 1);
}

#[tokio::test]
async fn that_another_one_has_taken_its_place() {
    let (app, helper, jane, token) = scene().await;
    let john = app.verified_user("john@example.com").await;
    let second = act_as(&app, &helper, &john.id).await;
    // At once, and not when somebody tidies up.
    let end = told(&app).await;
    assert_eq!(end["reason"], "replaced");
    assert_eq!(end["actor_kind"], "account");
    assert_eq!(end["actor_id"], helper.id.as_str());
    assert_eq!(end["account_id"], jane.id.as_str());
    assert_eq!(end["details"]["on_behalf_of"], jane.id.as_str());
    assert_eq!(end["details"]["acting_session"], sid(&token));
    assert_eq!(
        end["request_id"],
        entries(&app, "signed_in_as").await[0]["request_id"]
    );
    assert_eq!(over(&app, &token).await, "support_ended");
    own(&app, &second).await.expect(200);
    tidy(&app).await;
    told(&app).await;
}

#[tokio::test]
async fn one_that_had_run_out_was_not_replaced() {
    let (app, helper, jane, _) = scene().await;
    app.clock.advance(ACTING_LASTS);
    let john = app.verified_user("john@example.com").await;
    let helper = Person {
        token: app.log_in(&helper.email).await,
        ..helper
    };
    act_as(&app, &helper, &john.id).await;
    by_server(&told(&app).await, &helper, &jane, "expired");
}

#[tokio::test]
async fn that_somebody_has_ended_it() {
    let (app, helper, jane, token) = scene().await;
    app.post("/logout").bearer(&token).await.expect(303);
    tidy(&app).await;
    let end = told(&app).await;
    assert_eq!(end["reason"], "support_ended");
    assert_eq!(end["actor_id"], helper.id.as_str());
    assert_eq!(end["account_id"], jane.id.as_str());

    let (app, helper, jane, token) = scene().await;
    let path = format!("/myaccount/sessions/{}", sid(&token));
    app.delete(&path).bearer(&jane.token).await.expect(204);
    by_server(&told(&app).await, &helper, &jane, "revoked");
}

#[tokio::test]
async fn that_something_else_has_ended_it() {
    for (method, path, why) in [
        ("POST", "/users/{jane}/lock", "account_locked"),
        ("DELETE", "/users/{jane}", "account_deleted"),
        ("DELETE", "/users/{jane}/sessions", "revoked_by_staff"),
        ("POST", "/users/{helper}/lock", "support_over"),
        ("DELETE", "/users/{helper}", "support_over"),
    ] {
        let (app, helper, jane, _) = scene().await;
        let path = path.replace("{jane}", &jane.id);
        let path = path.replace("{helper}", &helper.id);
        let admin = &app.admin().await.token;
        let answer = app.request(method, &path).bearer(admin).await;
        assert!(answer.status < 300, "{answer:#?}");
        tidy(&app).await;
        tidy(&app).await;
        by_server(&told(&app).await, &helper, &jane, why);
    }
}

#[tokio::test]
async fn of_everybody_at_once() {
    let (app, helper, jane, token) = scene().await;
    let admin = &app.admin().await.token;
    app.delete("/sessions").bearer(admin).await.expect(200);
    over(&app, &token).await;
    by_server(&told(&app).await, &helper, &jane, "revoked_by_staff");
    let open = "SELECT id FROM sessions WHERE acting_by IS NOT NULL AND ended_at IS NULL";
    assert!(app.db.all(open, &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_console_leads_to_the_administrator() {
    let (app, helper, jane, _) = scene().await;
    app.clock.advance(ACTING_LASTS);
    tidy(&app).await;
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open("/admin/audit?event=sign_in_as_ended").await;
    page.shows("expired")
        .shows(&format!("Everything of {}", helper.email))
        .shows(&format!("Everything of {}", jane.email));
}
