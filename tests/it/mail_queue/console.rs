//! `GET /admin/mail`

use std::time::Duration;

use gatepost::mail;
use gatepost::roles::Role;

use super::{PAGE, fail, forget, kill, send, write};
use crate::sessions::browser;
use crate::support::TestApp;

/// The recipients that the list shows, in its order.
fn listed(html: &str) -> Vec<&str> {
    let rows = html.split("<th scope=\"row\" class=\"breakable\">").skip(1);
    rows.filter_map(|row| row.split('<').next()).collect()
}

#[tokio::test]
async fn says_when_there_is_nothing() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    let page = browser.open(PAGE).await.expect(200, PAGE);
    page.shows("No mails were asked for in the last 30 days.");
    assert!(!page.html.contains("retry-all"));
    browser
        .open("/admin/mail?state=dead")
        .await
        .shows("No mail fits.");
}

#[tokio::test]
async fn shows_what_became_of_each_and_never_what_it_says() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    write(&app, "new@example.org").await;
    fail(&app, write(&app, "later@example.org").await).await;
    kill(&app, write(&app, "dead@example.org").await).await;
    send(&app, write(&app, "sent@example.org").await).await;
    let to_admin = write(&app, "admin@example.com").await;
    send(&app, to_admin).await;
    let page = browser.open(PAGE).await.expect(200, PAGE);
    for text in [
        "recovery link",
        "retrying",
        "451 later",
        "given up",
        "550 <b>no</b>",
        "next try now",
    ] {
        page.shows(text);
    }
    for secret in ["secret-token", "<b>no", "Ann"] {
        assert!(!page.html.contains(secret), "{}", page.html);
    }
    let counts = mail::queue_counts(&app).await.unwrap();
    let counts = [counts.waiting, counts.retrying, counts.dead, counts.sent];
    assert_eq!(counts, [2, 1, 1, 2]);
    for (query, wanted) in [
        (
            "state=waiting",
            &["new@example.org", "later@example.org"][..],
        ),
        ("state=dead", &["dead@example.org"]),
        ("state=sent", &["admin@example.com", "sent@example.org"]),
        ("to=dead@Example.org", &["dead@example.org"]),
        ("to=dead@example.org&state=sent", &[]),
        // As somebody types it who has an account.
        ("to=ADMIN@example.com", &["admin@example.com"]),
        ("to=new@example.org&state=waiting", &["new@example.org"]),
    ] {
        let page = browser.open(&format!("{PAGE}?{query}")).await;
        assert_eq!(listed(&page.html), wanted, "{query}");
    }
}

#[tokio::test]
async fn leafs_through_many_without_gaps_or_doubles() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    for number in 0..60 {
        let id = write(&app, &format!("ann{number}@example.org")).await;
        if number % 2 == 0 {
            kill(&app, id).await;
        }
        // Some at the same moment.
        if number % 3 == 0 {
            app.clock.advance(Duration::from_secs(1));
        }
    }
    for (query, count) in [("", 60), ("state=waiting", 30), ("state=dead", 30)] {
        let (mut seen, mut path) = (Vec::new(), format!("{PAGE}?{query}"));
        loop {
            let page = browser.open(&path).await.expect(200, &path);
            seen.extend(listed(&page.html).into_iter().map(str::to_owned));
            let Some(next) = page.html.split("rel=\"next\" href=\"").nth(1) else {
                break;
            };
            path = next
                .split('"')
                .next()
                .unwrap()
                .replace("&amp;", "&")
                .replace("&#x2f;", "/");
        }
        assert_eq!(seen.len(), count, "{query}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count, "{query}");
    }
}

#[tokio::test]
async fn shows_the_list_whatever_the_address_says() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    for query in [
        "state=lost",
        "cursor=x",
        "cursor=1.x",
        "to=%00",
        "to=%20",
        "done=x",
    ] {
        let path = format!("{PAGE}?{query}");
        browser.open(&path).await.expect(200, &path);
    }
}

#[tokio::test]
async fn is_for_administrators_alone() {
    let app = TestApp::start().await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let jane = app.verified_user("jane@example.com").await;
    app.admin().await;
    let person = format!("/admin/people/{}", jane.id);
    let of_manager = browser(&app, &manager.email).await;
    of_manager.open(PAGE).await.expect(403, PAGE);
    let page = of_manager.open(&person).await.expect(200, &person);
    assert!(!page.html.contains(PAGE), "{}", page.html);
    assert_eq!(crate::recovery::noted(&app, "access_denied").await.len(), 1);
    let of_admin = browser(&app, "admin@example.com").await;
    let page = of_admin.open(&person).await;
    assert!(
        page.html.contains("/admin/mail?to=jane%40example.com"),
        "{}",
        page.html
    );
}
