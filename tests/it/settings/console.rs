//! `GET /admin/settings`

use gatepost::config::Origin;

use crate::sessions::browser;
use crate::support::TestApp;

const PAGE: &str = "/admin/settings";
const CANARY: &str = "canary0canary0canary0canary0canary0canary0";

#[tokio::test]
async fn shows_every_setting_and_where_it_comes_from() {
    let app = TestApp::with_loaded(|loaded| {
        loaded.config.product = "Lock & <Key>".into();
        let origin = Origin::File {
            path: "/etc/gatepost.toml".into(),
            line: 3,
        };
        loaded.origins.insert("product", origin);
        let origin = Origin::Environment("GATEPOST_DATA".into());
        loaded.origins.insert("data", origin);
    })
    .await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(PAGE).await.expect(200, PAGE);
    for key in gatepost::config::keys() {
        page.shows(key.name).shows(&key.variable());
    }
    page.shows("Lock & <Key>")
        .shows("/etc/gatepost.toml line 3")
        .shows("environment GATEPOST_DATA")
        .shows("command line");
    assert!(!page.html.contains("<Key>"));
}

#[tokio::test]
async fn is_filtered_by_words_and_by_what_was_changed() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(&format!("{PAGE}?q=session.idle")).await;
    page.shows("session.idle");
    assert!(
        !page.html.contains("session.lifetime</code>"),
        "{}",
        page.html
    );
    let page = browser.open(&format!("{PAGE}?changed=true")).await;
    page.shows("passwords.lanes");
    assert!(!page.html.contains("session.idle</code>"));
    let page = browser.open(&format!("{PAGE}?q=no-such-word")).await;
    page.shows("No setting fits.");
}

#[tokio::test]
async fn shows_no_secret_and_lets_nobody_search_for_one() {
    let app = TestApp::with_loaded(|loaded| {
        let config = &mut loaded.config;
        config.keys.secret = CANARY.into();
        config.mail.smtp_password = CANARY.into();
        config.passwords.breached_url = format!("https://gate:{CANARY}@example.com/range/");
        let collector = format!("https://gate:{CANARY}@example.com/?token={CANARY}");
        config.tracing.otlp_endpoint = collector.parse().ok();
    })
    .await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(PAGE).await.expect(200, PAGE);
    assert!(!page.html.contains("canary"), "{}", page.html);
    page.shows("https://***@example.com/range/").shows("***");
    let page = browser.open(&format!("{PAGE}?q=canary0canary0")).await;
    page.shows("No setting fits.");
    // Nor does the page about the system.
    let page = browser
        .open("/admin/system")
        .await
        .expect(200, "/admin/system");
    assert!(!page.html.contains("canary"), "{}", page.html);
}
