//! `GET /admin/audit`

use gatepost::audit::{self, Event};
use gatepost::roles::Role;

use super::list::{forget, id, write};
use crate::audit::{actor, stranger};
use crate::sessions::browser;
use crate::support::TestApp;

const PAGE: &str = "/admin/audit";

/// The links of a page that begin like that, as they stand in it.
fn links<'a>(html: &'a str, begin: &str) -> Vec<&'a str> {
    let links = html.split("href=\"").skip(1);
    let links = links.filter_map(|rest| rest.split('"').next());
    links.filter(|link| link.starts_with(begin)).collect()
}

#[tokio::test]
async fn says_when_there_is_nothing() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    browser.open(PAGE).await.shows("Nothing has happened yet.");
    let path = "/admin/audit?person=nobody@example.com";
    browser.open(path).await.shows("Nothing fits.");
}

#[tokio::test]
async fn tells_in_words_and_leads_to_the_request_and_the_person() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let admin = app.admin().await.clone();
    let browser = browser(&app, &admin.email).await;
    forget(&app).await;
    let office = stranger("192.0.2.7", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0");
    let note = audit::note(Event::RoleChanged, actor(id(&admin), &office)).on(id(&jane));
    write(
        &app,
        note.with("role", "MANAGER")
            .personal("email", "<b>jane</b>"),
    )
    .await;
    let burglar = stranger("203.0.113.9", "curl/8");
    write(
        &app,
        audit::note(Event::Login, &burglar).refused("bad_credentials"),
    )
    .await;
    let page = browser.open(PAGE).await.expect(200, PAGE);
    page.shows("Role changed")
        .shows("jane@example.com")
        .shows("Firefox on Windows")
        .shows("MANAGER")
        .shows("bad credentials")
        .shows("somebody not signed in")
        .shows("<b>jane</b>");
    let of_request = format!("{PAGE}?request={}", office.request_id);
    assert!(
        links(&page.html, PAGE).contains(&of_request.as_str()),
        "{}",
        page.html
    );
    browser.open(&of_request).await.shows("Role changed");
    let of_jane = format!("{PAGE}?person={}", jane.id);
    assert!(links(&page.html, PAGE).contains(&of_jane.as_str()));
    let page = browser.open(&of_jane).await;
    assert!(!page.html.contains("bad credentials"), "{}", page.html);
    // And back: from the page of the person to the entries.
    let person = browser.open(&format!("/admin/people/{}", jane.id)).await;
    assert_eq!(links(&person.html, PAGE), [PAGE, of_jane.as_str()]);
}

#[tokio::test]
async fn keeps_in_the_address_what_was_chosen() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    let today = app.clock.now().to_string()[..10].to_owned();
    let path = format!("{PAGE}?person=jane%40example.com&from={today}&to={today}&result=done");
    let page = browser.open(&path).await.expect(200, &path);
    page.shows("Email verified");
    assert!(page.html.contains("value=\"jane@example.com\""));
    assert!(page.html.contains("<option value=\"done\" selected>"));
    for _ in 0..30 {
        let note = audit::note(
            Event::DataExported,
            actor(id(&jane), &stranger("192.0.2.7", "")),
        );
        write(&app, note.on(id(&jane))).await;
    }
    let page = browser.open(&path).await;
    let older = links(&page.html, PAGE);
    let older = older.iter().find(|link| link.contains("cursor=")).unwrap();
    let older = older.replace("&amp;", "&").replace("&#x2f;", "/");
    assert!(older.contains("person=jane%40example.com") && older.contains("result=done"));
    browser
        .open(&older)
        .await
        .shows("Email verified")
        .shows("First page");
}

#[tokio::test]
async fn says_what_is_wrong_with_a_filter() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    for (query, advice) in [
        ("person=jane", "neither an address nor the identifier"),
        ("address=home", "neither an IP address nor a network"),
        ("from=never", "date"),
        ("to=never", "date"),
        ("cursor=x", "This is no"),
        ("event=nonsense", "There is no such event or outcome."),
        ("result=nonsense", "There is no such event or outcome."),
    ] {
        let path = format!("{PAGE}?{query}");
        browser.open(&path).await.expect(422, &path).shows(advice);
    }
}

#[tokio::test]
async fn refuses_managers_and_writes_that_down() {
    let app = TestApp::start().await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let of_manager = browser(&app, &manager.email).await;
    of_manager.open(PAGE).await.expect(403, PAGE);
    assert_eq!(crate::recovery::noted(&app, "access_denied").await.len(), 1);
    assert!(
        !of_manager
            .open("/admin")
            .await
            .html
            .contains("/admin/audit")
    );
    app.admin().await;
    let of_admin = browser(&app, "admin@example.com").await;
    assert!(
        of_admin
            .open("/admin")
            .await
            .html
            .contains("\"/admin/audit\"")
    );
}
