//! `GET /myaccount/sessions`

use std::time::Duration;

use serde_json::json;

use super::{find, items, log_in, sessions};
use crate::support::people::keys;
use crate::support::{PASSWORD, TestApp};

const FIREFOX: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

#[tokio::test]
async fn shows_where_somebody_is_signed_in() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let fields = [("username", jane.email.as_str()), ("password", PASSWORD)];
    let answer = app
        .post_form("/login/", &fields)
        .header("user-agent", FIREFOX)
        .await
        .expect(200);
    let held = super::Held::of(&answer.json());
    let begun = app.clock.now();
    app.clock.advance(Duration::from_mins(5));
    let shown = sessions(&app, &held.access).await;
    assert_eq!(shown.len(), 2);
    let own = find(&shown, &held.session());
    assert_eq!(
        keys(&own),
        [
            "id",
            "device",
            "user_agent",
            "address",
            "created_at",
            "last_seen_at",
            "expires_at",
            "is_current",
            "ended_at",
            "end_reason",
            "ended_because",
            "support_reason"
        ]
    );
    let now = app.clock.now();
    let ends = now.plus(app.config.session.idle.get());
    assert_eq!(
        own,
        json!({
            "id": held.session(),
            "device": "Firefox on Windows",
            "user_agent": FIREFOX,
            "address": "127.0.0.1",
            "created_at": begun,
            "last_seen_at": now,
            "expires_at": ends,
            "is_current": true,
            "ended_at": null,
            "end_reason": null,
            "ended_because": null,
            "support_reason": null,
        })
    );
    let other = find(&shown, &super::sid(&jane.token));
    assert_eq!(other["is_current"], false);
    assert_eq!(other["last_seen_at"], begun.to_string());
}

#[tokio::test]
async fn has_open_ones_first_and_the_newest_above_the_others() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let mut held = Vec::new();
    for _ in 0..5 {
        app.clock.advance(Duration::from_secs(90));
        held.push(log_in(&app, &jane.email).await);
    }
    for number in [3, 1] {
        app.clock.advance(Duration::from_secs(90));
        app.post("/logout")
            .bearer(&held[number].access)
            .await
            .expect(303);
    }
    let shown = sessions(&app, &held[0].access).await;
    let order: Vec<&str> = shown.iter().map(|s| s["id"].as_str().unwrap()).collect();
    let wanted = [0, 4, 2].map(|number: usize| held[number].session());
    assert_eq!(order[..3], wanted);
    assert_eq!(order[3], super::sid(&jane.token));
    assert_eq!(order[4..], [held[1].session(), held[3].session()]);
}

#[tokio::test]
async fn shows_nobody_elses() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let john = app.verified_user("john@example.com").await;
    let shown = sessions(&app, &jane.token).await;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["id"], super::sid(&jane.token));
    assert_ne!(shown[0]["id"], super::sid(&john.token));
}

#[tokio::test]
async fn has_what_ended_in_the_last_thirty_days() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.post("/logout").bearer(&jane.token).await.expect(303);
    for (days, known) in [(29, true), (1, false)] {
        app.clock.advance(Duration::from_hours(days * 24));
        let token = app.log_in(&jane.email).await;
        let shown = sessions(&app, &token).await;
        let is_known = shown
            .iter()
            .any(|session| session["id"] == super::sid(&jane.token));
        assert_eq!(is_known, known);
    }
}

#[tokio::test]
async fn answers_parts() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for _ in 0..6 {
        app.log_in(&jane.email).await;
    }
    let get = |query: &str| {
        app.get(&format!("/myaccount/sessions{query}"))
            .bearer(&jane.token)
    };
    let all = items(&get("").await.expect(200));
    assert_eq!(all.len(), 7);
    let mut walked = Vec::new();
    for skip in [0, 3, 6, 9] {
        let answer = get(&format!("?skip={skip}&limit=3")).await.expect(200);
        assert_eq!(answer.json()["total"], 7);
        walked.extend(items(&answer));
    }
    assert_eq!(walked, all);
    for (query, name) in [
        ("?limit=0", "limit"),
        ("?limit=101", "limit"),
        ("?limit=x", "limit"),
        ("?skip=-1", "skip"),
        ("?skip=9223372036854775808", "skip"),
    ] {
        let fault = get(query).await.fault();
        assert_eq!(fault["loc"], json!(["query", name]), "{query}");
    }
    get("?skip=9007199254740991").await.expect(200);
}

#[tokio::test]
async fn shows_a_program_by_its_own_name() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let fields = [("username", jane.email.as_str()), ("password", PASSWORD)];
    for (agent, device) in [
        ("<script>alert(1)</script>/1.0", "scriptalert1"),
        ("python-httpx/0.28.1", "python-httpx"),
        ("", "An unnamed program"),
    ] {
        let answer = app
            .post_form("/login/", &fields)
            .header("user-agent", agent)
            .await
            .expect(200);
        let held = super::Held::of(&answer.json());
        let shown = sessions(&app, &held.access).await;
        let own = find(&shown, &held.session());
        assert!(
            own["device"].as_str().unwrap().starts_with(&device[..6]),
            "{own:#}"
        );
        assert_eq!(own["user_agent"], agent);
    }
}
