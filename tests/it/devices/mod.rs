//! Devices: from where an account has logged in, and when its owner is told of a new one.

use std::time::Duration;

use gatepost::db::Run;
use gatepost::devices;

use crate::support::client::Request;
use crate::support::mailbox::Mail;
use crate::support::{PASSWORD, TestApp};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";
const NEWER_FIREFOX: &str =
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";

/// A server that believes what the tests say of addresses, and somebody who has logged in from one, by no browser at all.
async fn start() -> (TestApp, String) {
    let app = TestApp::with(|config| {
        config.http.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    let jane = app.verified_user("jane@example.com").await;
    (app, jane.email)
}

fn log_in<'a>(app: &'a TestApp, email: &str, (address, agent): (&str, &str)) -> Request<'a> {
    let fields = [("username", email), ("password", PASSWORD)];
    app.post_form("/login/", &fields)
        .header("x-forwarded-for", address)
        .header("user-agent", agent)
}

async fn told(app: &TestApp, email: &str) -> Vec<Mail> {
    let mails = app.mails_to(email).await.into_iter();
    mails
        .filter(|mail| mail.subject.starts_with("New login"))
        .collect()
}

#[tokio::test]
async fn tells_nothing_of_the_first_login_and_tells_of_each_new_place_once() {
    let (app, jane) = start().await;
    assert_eq!(
        told(&app, &jane).await.len(),
        0,
        "the first login is no news"
    );
    for (place, count) in [
        (("203.0.113.7", FIREFOX), 1),
        (("203.0.113.7", FIREFOX), 1),
        // An update of the browser is none.
        (("203.0.113.7", NEWER_FIREFOX), 1),
        (("203.0.113.7", SAFARI), 2),
        (("198.51.100.9", FIREFOX), 3),
        (("2001:db8:1:2::1", FIREFOX), 4),
        // Another address of the same household.
        (("2001:db8:1:2:ffff::9", FIREFOX), 4),
        (("203.0.113.7", SAFARI), 4),
    ] {
        log_in(&app, &jane, place).await.expect(200);
        assert_eq!(told(&app, &jane).await.len(), count, "{place:?}");
    }
}

#[tokio::test]
async fn says_when_from_where_and_what_to_do() {
    let (app, jane) = start().await;
    log_in(&app, &jane, ("203.0.113.7", SAFARI))
        .await
        .expect(200);
    let mail = told(&app, &jane).await.remove(0);
    let now = app.clock.now().to_string();
    for text in [&mail.text, &mail.html] {
        for part in [
            "203.0.113.7, Safari on iPhone",
            &format!("{}, {} UTC", &now[..10], &now[11..16]),
            "http://localhost:8000/forgot-password-form",
        ] {
            assert!(text.contains(part), "{part:?} is not in:\n{text}");
        }
    }
}

#[tokio::test]
async fn tells_of_a_script_once() {
    let (app, jane) = start().await;
    for _ in 0..5 {
        let place = ("203.0.113.50", "python-httpx/0.28.1");
        log_in(&app, &jane, place).await.expect(200);
    }
    let mails = told(&app, &jane).await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("python-httpx"), "{}", mails[0].text);
}

#[tokio::test]
async fn knows_a_browser_by_its_cookie_wherever_it_is() {
    let (app, jane) = start().await;
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let form = form.fill("username", &jane).fill("password", PASSWORD);
    browser.submit(&form).await.expect(200, "/dashboard");
    let device = browser.cookie("device").unwrap();
    let before = told(&app, &jane).await.len();
    // On a journey, and after an update that has changed the browser's name.
    let request = log_in(&app, &jane, ("198.51.100.77", SAFARI)).cookie("device", &device);
    request.await.expect(200);
    assert_eq!(told(&app, &jane).await.len(), before);
    // Somebody else there, without the cookie, a little later: that place is known by now.
    log_in(&app, &jane, ("198.51.100.77", SAFARI))
        .await
        .expect(200);
    assert_eq!(told(&app, &jane).await.len(), before);
    // A cookie of another account is no cookie.
    let admin = log_in(&app, "admin@example.com", ("198.51.100.78", SAFARI));
    admin.cookie("device", &device).await.expect(200);
    assert_eq!(told(&app, "admin@example.com").await.len(), 1);
}

#[tokio::test]
async fn tells_nothing_of_a_login_that_was_refused() {
    let (app, jane) = start().await;
    let fields = [("username", jane.as_str()), ("password", "Another+5678")];
    let request = app.post_form("/login/", &fields);
    let request = request.header("x-forwarded-for", "203.0.113.7");
    request.header("user-agent", SAFARI).await.expect(401);
    assert_eq!(told(&app, &jane).await.len(), 0);
    log_in(&app, &jane, ("203.0.113.7", SAFARI))
        .await
        .expect(200);
    assert_eq!(
        told(&app, &jane).await.len(),
        1,
        "and made it no known place"
    );
}

#[tokio::test]
async fn keeps_neither_address_nor_browser_in_clear() {
    let (app, jane) = start().await;
    log_in(&app, &jane, ("203.0.113.7", "curl/8.0"))
        .await
        .expect(200);
    let sql = "SELECT fingerprint FROM known_devices";
    let rows = app.db.all(sql, &[]).await.unwrap();
    let kept: Vec<String> = rows
        .iter()
        .map(|row| row.get("fingerprint").unwrap())
        .collect();
    assert!(kept.len() >= 2, "{kept:?}");
    for fingerprint in &kept {
        assert_eq!(fingerprint.len(), 43, "{fingerprint}");
        assert!(!fingerprint.contains("203.") && !fingerprint.contains("curl"));
    }
    // The same place is another digest for another account: the table joins nobody.
    log_in(&app, "admin@example.com", ("203.0.113.7", "curl/8.0"))
        .await
        .expect(200);
    let sql = "SELECT DISTINCT fingerprint FROM known_devices";
    let distinct = app.db.all(sql, &[]).await.unwrap().len();
    assert_eq!(distinct, kept.len() + 1);
}

#[tokio::test]
async fn forgets_a_place_after_as_long_as_a_browser_is_known() {
    let (app, jane) = start().await;
    log_in(&app, &jane, ("203.0.113.7", FIREFOX))
        .await
        .expect(200);
    let life = app.config.session.device_lifetime.get();
    app.clock.advance(life);
    assert_eq!(devices::purge(&app).await.unwrap(), 0);
    app.clock.advance(Duration::from_secs(1));
    assert!(devices::purge(&app).await.unwrap() >= 2);
    // Nobody has come for so long: whoever comes now is told of.
    log_in(&app, &jane, ("203.0.113.7", FIREFOX))
        .await
        .expect(200);
    assert_eq!(told(&app, &jane).await.len(), 2);
}

#[tokio::test]
async fn goes_with_its_account() {
    let (app, jane) = start().await;
    let rows = async || {
        app.db
            .all("SELECT account_id FROM known_devices", &[])
            .await
    };
    let before = rows().await.unwrap().len();
    let admin = app.admin().await;
    let list = app.get("/users/?q=jane").bearer(&admin.token).await.json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(list["items"][0]["email"], jane);
    let gone = app.delete(&format!("/users/{id}")).bearer(&admin.token);
    gone.await.expect(204);
    assert_eq!(rows().await.unwrap().len(), before - 1);
}
