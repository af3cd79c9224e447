//! The lane: bounded work, and an answer for those for whom there is no room.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use gatepost::config::{ByteSize, Period};
use gatepost::passwords::Verdict;
use serde_json::json;

use super::{OpenLane, cheap};
use crate::attempts::try_password;
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD, app_with};

const BUSY: &str = "The server is busy. Try again in a moment.";

#[tokio::test]
async fn does_the_same_for_an_unknown_account_and_says_wrong() {
    let lane = OpenLane::of(&cheap());
    for password in [PASSWORD, WRONG_PASSWORD, ""] {
        assert_eq!(lane.verify(password, None).await.unwrap(), Verdict::Wrong);
    }
}

#[tokio::test]
async fn serves_more_at_once_than_it_has_threads() {
    let lane = OpenLane::of(&cheap());
    let hash = &lane.hash(PASSWORD).await.unwrap();
    let verdicts = join_all((0..100).map(|_| lane.verify(PASSWORD, Some(hash)))).await;
    assert!(
        verdicts
            .into_iter()
            .all(|verdict| verdict.unwrap() == Verdict::Right)
    );
}

#[tokio::test]
async fn refuses_what_does_not_fit_into_its_queue_and_does_the_rest() {
    let mut config = cheap();
    config.passwords.argon2_memory = ByteSize::of_mib(64);
    config.passwords.argon2_iterations = 4;
    config.passwords.queue = 3;
    let lane = OpenLane::of(&config);
    // All are handed in before the first can be finished.
    let answers = join_all((0..20).map(|_| lane.hash(PASSWORD))).await;
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(
        (3..=6).contains(&done),
        "{done} of 20 were done with three places and one thread"
    );
}

#[tokio::test]
async fn does_nothing_for_those_who_have_waited_too_long() {
    let mut config = cheap();
    config.passwords.deadline = Period::millis(0);
    let lane = OpenLane::of(&config);
    assert!(lane.hash(PASSWORD).await.is_err());
    assert!(lane.verify(PASSWORD, None).await.is_err());
}

#[tokio::test]
async fn has_patience_only_while_others_wait_and_little_of_it() {
    let mut config = cheap();
    config.passwords.argon2_memory = ByteSize::of_mib(64);
    config.passwords.argon2_iterations = 4;
    let lane = OpenLane::of(&config);
    assert_eq!(lane.patience(), Duration::ZERO);
    let mut waiting: Vec<_> = (0..20).map(|_| Box::pin(lane.hash(PASSWORD))).collect();
    for one in &mut waiting {
        assert!(one.as_mut().now_or_never().is_none());
    }
    // Twenty of these take seconds.
    assert_eq!(lane.patience(), Duration::from_millis(40));
    drop(waiting);
    assert_eq!(lane.patience(), Duration::ZERO);
}

#[tokio::test]
async fn goes_on_after_somebody_went_away() {
    let lane = OpenLane::of(&cheap());
    for _ in 0..50 {
        // Asked, and given up at once.
        let _ = lane.hash(PASSWORD).now_or_never();
    }
    assert!(lane.hash(PASSWORD).await.is_ok());
}

#[tokio::test]
async fn refuses_everything_once_it_is_closed() {
    let lane = OpenLane::of(&cheap());
    lane.close();
    assert!(lane.hash(PASSWORD).await.is_err());
    assert!(lane.verify(PASSWORD, None).await.is_err());
}

#[tokio::test]
async fn a_full_one_asks_to_come_back_later() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.lane.close();
    let new = json!({"email": "jane@example.com", "password": PASSWORD});
    let change = json!({"current_password": PASSWORD, "password": "Brand*new*9876"});
    for answer in [
        app.post_json("/register/", &new).await,
        app.post_json("/users/", &new).bearer(&admin.token).await,
        app.post_json("/myaccount/password", &change)
            .bearer(&admin.token)
            .await,
        try_password(&app, &admin.email, PASSWORD).await,
        try_password(&app, "nobody@example.com", PASSWORD).await,
    ] {
        let refusal = answer.expect_refusal(503, BUSY);
        assert_eq!(refusal.json()["code"], "busy");
        assert!(
            refusal
                .header("retry-after")
                .parse::<u32>()
                .is_ok_and(|seconds| seconds > 0)
        );
    }
    // What needs no hash goes on.
    app.get("/myaccount").bearer(&admin.token).await.expect(200);
    assert_eq!(
        app.get("/users/")
            .bearer(&admin.token)
            .await
            .expect(200)
            .json()["total"],
        1
    );
}

#[tokio::test]
async fn a_full_one_says_so_in_the_forms_as_well() {
    let app = app_with(|config| config.passwords.deadline = Period::millis(0)).await;
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let form = form
        .fill("username", "jane@example.com")
        .fill("password", PASSWORD);
    let page = browser.submit(&form).await.expect(503, "/login_with_form/");
    page.shows(BUSY);
    assert_eq!(
        page.form("/login_with_form/").value("username"),
        "jane@example.com"
    );
    assert!(!page.html.contains(PASSWORD));
}

#[tokio::test]
async fn does_not_go_beyond_its_memory_for_the_hash_of_another_system() {
    // N·r·128 bytes: one MiB. Made by Python's hashlib.
    let stored =
        "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$haxyadznqNZETcJHk9c08qAsJUWz2IU/MsrAN0uhNDI";
    let mut config = cheap();
    config.passwords.memory_budget = ByteSize::of_kib(1024);
    let lane = OpenLane::of(&config);
    assert!(lane.verify("a good one", Some(stored)).await.is_err());

    config.passwords.memory_budget = ByteSize::of_mib(4);
    let lane = OpenLane::of(&config);
    let verdict = lane.verify("a good one", Some(stored)).await;
    assert!(matches!(verdict, Ok(Verdict::Outdated(_))));
    let verdict = lane.verify("a bad one", Some(stored)).await;
    assert_eq!(verdict.ok(), Some(Verdict::Wrong));
}
