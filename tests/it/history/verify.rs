//! Verifying the chain: the console's button, and `POST /audit/verify`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::audit;
use gatepost::ids::AccountId;
use gatepost::roles::Role;
use serde_json::{Value, json};

use super::list::{forget, id};
use crate::audit::{execute, write};
use crate::sessions::browser;
use crate::support::TestApp;
use crate::support::browser::{Browser, Page};

const PAGE: &str = "/admin/audit";
const ACTION: &str = "/admin/audit/verify";

/// An administrator's browser, and six entries.
async fn log(app: &TestApp) -> Browser<'_> {
    app.admin().await;
    let browser = browser(app, "admin@example.com").await;
    forget(app).await;
    write(app, 6).await;
    browser
}

async fn press(browser: &Browser<'_>, expect: &str) -> Page {
    let form = browser.open(PAGE).await.form(ACTION);
    browser.submit(&form.fill("expect", expect)).await
}

#[tokio::test]
async fn says_that_all_entries_are_as_they_were_written() {
    let app = TestApp::start().await;
    let browser = log(&app).await;
    let page = press(&browser, "").await;
    let head = audit::verify(&app, None)
        .await
        .unwrap()
        .unwrap()
        .to_string();
    page.shows("All 6 entries are as they were written.")
        .shows(&head);
    press(&browser, &head).await.shows("All 6 entries");
    let wrong = format!("6:{}", "0".repeat(64));
    press(&browser, &wrong)
        .await
        .shows("the log was written anew");
    let page = press(&browser, "six").await;
    assert_eq!(page.status, 422);
    page.shows("This is no head of a chain");
}

#[tokio::test]
async fn names_the_first_entry_that_is_wrong() {
    let app = TestApp::start().await;
    let browser = log(&app).await;
    audit::chain(&app).await.unwrap();
    execute(
        &app,
        "UPDATE audit_entries SET outcome = 'done' WHERE seq >= 4",
    )
    .await;
    let page = press(&browser, "").await;
    page.shows("The log is broken at entry 4")
        .shows("it was changed");
    assert!(!page.html.contains("name=\"so_far\""), "{}", page.html);
}

/// What the page carries to the next press after the entries up to `head`, sealed for an account.
fn so_far(app: &TestApp, head: &audit::Head, account: AccountId) -> String {
    let found = json!({"at": 0, "head": head.to_string(), "expected": null, "is_all": false, "broken": null});
    let place = format!("verified:{account}");
    URL_SAFE_NO_PAD.encode(app.secrets.seal(&place, found.to_string().as_bytes()))
}

/// Six entries of which it has verified all, two more behind them, and the second one changed since.
async fn half_way(app: &TestApp) -> (Browser<'_>, audit::Head) {
    let browser = log(app).await;
    audit::chain(app).await.unwrap();
    let mut verifier = audit::Verifier::new(None);
    let any = audit::verify_some(&app.db, &mut verifier).await.unwrap();
    assert_eq!(any, Ok(true));
    write(app, 2).await;
    audit::chain(app).await.unwrap();
    change(app, 2).await;
    (browser, verifier.head())
}

async fn change(app: &TestApp, seq: i64) {
    let sql = format!("UPDATE audit_entries SET outcome = 'done' WHERE seq = {seq}");
    assert_eq!(execute(app, &sql).await, 1);
}

#[tokio::test]
async fn goes_on_from_where_it_has_come_to() {
    let app = TestApp::start().await;
    let (browser, head) = half_way(&app).await;
    let admin = id(app.admin().await);
    let path = format!("{PAGE}?outcome={}", so_far(&app, &head, admin));
    let page = browser.open(&path).await.expect(200, &path);
    page.shows("The entries up to 6 are as they were written.")
        .shows("Go on from entry 6");
    // What it has gone past is not read again; what comes is held against it.
    let form = page.form(ACTION);
    browser.submit(&form).await.shows("All 8 entries");
    change(&app, 7).await;
    browser.submit(&form).await.shows("broken at entry 7");
}

#[tokio::test]
async fn believes_only_what_it_has_said_itself() {
    let app = TestApp::start().await;
    let (browser, head) = half_way(&app).await;
    let jane = app.verified_user("jane@example.com").await;
    let of_jane = so_far(&app, &head, id(&jane));
    let form = browser.open(PAGE).await.form(ACTION);
    for sealed in [of_jane.as_str(), "AAAA", "!"] {
        let page = browser.open(&format!("{PAGE}?outcome={sealed}")).await;
        assert!(!page.html.contains("as they were written"), "{}", page.html);
        // Sent with the button it counts for nothing: all are verified, from the first one on.
        let mut form = form.clone();
        form.fields.push(("so_far".into(), sealed.into()));
        browser.submit(&form).await.shows("broken at entry 2");
    }
}

#[tokio::test]
async fn lets_one_verify_at_a_time() {
    let app = TestApp::start().await;
    let browser = log(&app).await;
    let turn = app.audit_turn.take().unwrap();
    let page = press(&browser, "").await;
    assert_eq!(page.status, 503);
    page.shows("The server is busy");
    drop(turn);
    press(&browser, "").await.shows("All 6 entries");
}

/// Six entries, and what is answered about them.
async fn verified(app: &TestApp, body: &Value) -> Value {
    let token = &app.admin().await.token;
    let answer = app.post_json("/audit/verify", body).bearer(token).await;
    answer.expect(200).json()
}

async fn api_log() -> TestApp {
    let app = TestApp::start().await;
    app.admin().await;
    forget(&app).await;
    write(&app, 6).await;
    app
}

#[tokio::test]
async fn a_program_keeps_the_head_and_holds_the_log_against_it() {
    let app = api_log().await;
    let first = verified(&app, &json!({})).await;
    assert_eq!(first["is_whole"], true);
    assert_eq!(first["is_all"], true);
    let head = first["head"].as_str().unwrap();
    assert!(head.starts_with("6:"), "{head}");
    write(&app, 2).await;
    // From the head on, and all of it again.
    let chained = audit::chain(&app).await;
    chained.unwrap();
    for body in [
        json!({"from": head}),
        json!({"expected": head}),
        json!({"from": "", "expected": ""}),
    ] {
        let found = verified(&app, &body).await;
        let end = found["head"].as_str().unwrap();
        assert!(end.starts_with("8:"), "{body}: {found:#}");
        assert_eq!(found["broken"], json!(null));
    }
    // One that the log has never had.
    let other = format!("6:{}", "0".repeat(64));
    let found = verified(&app, &json!({"expected": other})).await;
    assert_eq!(found["is_whole"], false);
    assert_eq!(found["head"], json!(null));
    assert_eq!(found["broken"]["seq"], 6);
    let found = verified(&app, &json!({"from": other})).await;
    assert_eq!(found["broken"]["seq"], 7);
    // Its end was cut off.
    execute(&app, "DELETE FROM audit_entries WHERE seq > 5").await;
    let found = verified(&app, &json!({"expected": head})).await;
    assert_eq!(found["broken"]["seq"], 6);
    assert_eq!(found["broken"]["id"], json!(null));
}

#[tokio::test]
async fn a_program_is_told_the_first_entry_that_is_wrong() {
    let app = api_log().await;
    audit::chain(&app).await.unwrap();
    change(&app, 4).await;
    let found = verified(&app, &json!({})).await;
    assert_eq!(found["is_whole"], false);
    assert_eq!(found["broken"]["seq"], 4);
    assert!(found["broken"]["id"].is_string());
    let what = found["broken"]["what"].as_str().unwrap();
    assert!(what.contains("it was changed"), "{what}");
}

#[tokio::test]
async fn refuses_programs_of_others_and_what_is_no_head() {
    let app = api_log().await;
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let body = json!({});
    app.post_json("/audit/verify", &body)
        .bearer(&boss.token)
        .await
        .expect_refusal(403, "Operation not permitted");
    app.post_json("/audit/verify", &body).await.expect(401);
    let token = &app.admin().await.token;
    for (name, head) in [
        ("from", "six"),
        ("expected", "6:"),
        ("from", "-1:"),
        ("expected", "1:zz"),
    ] {
        let body = json!({name: head});
        let answer = app.post_json("/audit/verify", &body).bearer(token).await;
        let refusal = answer.expect(422).json();
        assert_eq!(refusal["detail"][0]["loc"], json!(["body", name]));
    }
    let turn = app.audit_turn.take().unwrap();
    let answer = app.post_json("/audit/verify", &body).bearer(token).await;
    let answer = answer.expect(503);
    assert_eq!(answer.header("retry-after"), "5");
    drop(turn);
    assert_eq!(verified(&app, &body).await["is_whole"], true);
}
