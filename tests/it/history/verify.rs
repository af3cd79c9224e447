//! The console's button that verifies the chain.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::audit;
use gatepost::ids::AccountId;
use serde_json::json;

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
