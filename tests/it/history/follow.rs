//! `GET /audit/chain`: the log for a collector, in the order of its chain.

use gatepost::audit::{self, Entry, Verifier};
use gatepost::roles::Role;
use serde_json::{Value, json};

use super::list::forget;
use crate::audit::{count, write};
use crate::support::{Answer, TestApp};

async fn ask(app: &TestApp, token: &str, query: &str) -> Answer {
    let path = format!("/audit/chain?{query}");
    app.get(&path).bearer(token).await
}

async fn lines(app: &TestApp, query: &str) -> Vec<String> {
    let answer = ask(app, &app.admin().await.token, query).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/jsonl");
    answer.body.lines().map(str::to_owned).collect()
}

/// Six entries and nothing else, chained.
async fn log() -> TestApp {
    let app = TestApp::start().await;
    app.admin().await;
    forget(&app).await;
    write(&app, 6).await;
    audit::chain(&app).await.unwrap();
    app
}

#[tokio::test]
async fn a_copy_grows_without_gaps_and_can_be_verified_elsewhere() {
    let app = log().await;
    let mut copy = Vec::<String>::new();
    loop {
        let last = copy.last().map(|line| serde_json::from_str(line).unwrap());
        let last = last.map_or(0, |line: Value| line["seq"].as_i64().unwrap());
        let new = lines(&app, &format!("after={last}&limit=4")).await;
        if new.is_empty() {
            break;
        }
        copy.extend(new);
        // What happens meanwhile comes as well, when it has its place.
        if last == 0 {
            write(&app, 3).await;
            audit::chain(&app).await.unwrap();
        }
    }
    assert_eq!(copy.len(), 9);
    let mut verifier = Verifier::new(None);
    for line in &copy {
        let entry: Entry = audit::read_line(line).unwrap();
        verifier.check(&entry).unwrap();
    }
    let whole = audit::verify(&app, None).await.unwrap().unwrap();
    assert_eq!(verifier.finish().unwrap(), whole);
    // To look is nothing to look at: a collector would never come to an end.
    assert_eq!(count(&app, "seq IS NULL").await, 0);
}

#[tokio::test]
async fn what_has_no_place_yet_is_not_told_yet() {
    let app = log().await;
    write(&app, 1).await;
    assert_eq!(lines(&app, "").await.len(), 6);
    audit::chain(&app).await.unwrap();
    assert_eq!(lines(&app, "after=6").await.len(), 1);
    assert!(lines(&app, "after=7").await.is_empty());
    assert!(lines(&app, "after=9007199254740991").await.is_empty());
}

#[tokio::test]
async fn what_is_erased_is_not_told() {
    let app = log().await;
    app.clock.advance(app.config.audit.personal.get());
    app.clock.advance(std::time::Duration::from_secs(1));
    audit::purge(&app).await.unwrap();
    let token = app.log_in("admin@example.com").await;
    let answer = ask(&app, &token, "").await.expect(200);
    assert_eq!(answer.body.lines().count(), 6);
    for line in answer.body.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert_eq!(entry["personal"], json!(null));
        assert_eq!(entry["personal_salt"], json!(null));
        assert!(!line.contains("example.org"), "{line}");
    }
}

#[tokio::test]
async fn is_for_administrators_alone() {
    let app = log().await;
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let jane = app.verified_user("jane@example.com").await;
    for person in [&boss, &jane] {
        ask(&app, &person.token, "")
            .await
            .expect_refusal(403, "Operation not permitted");
    }
    app.get("/audit/chain").await.expect(401);
}

#[tokio::test]
async fn refuses_what_is_no_place() {
    let app = log().await;
    let token = &app.admin().await.token;
    for query in [
        "after=-1",
        "after=x",
        "after=1.5",
        "limit=0",
        "limit=1001",
        "after=99999999999999999999",
    ] {
        ask(&app, token, query).await.expect(422);
    }
}
