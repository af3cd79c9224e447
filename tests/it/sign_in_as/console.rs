//! The page of the console that asks for the reason.

use gatepost::roles::Role;

use super::{REASON, act_in};
use crate::sessions::browser;
use crate::support::{PASSWORD, TestApp, app_with};

#[tokio::test]
async fn offers_it_to_administrators_for_members_alone() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let of_admin = browser(&app, &admin.email).await;
    let of_boss = browser(&app, &boss.email).await;
    let path = |id: &str| format!("/admin/people/{id}");
    let offer = |id: &str| format!("href=\"/admin/people/{id}/sign-in-as\"");
    let page = of_admin.open(&path(&jane.id)).await;
    assert!(page.html.contains(&offer(&jane.id)));
    for (browser, id) in [
        (&of_admin, &boss.id),
        (&of_admin, &admin.id),
        (&of_boss, &jane.id),
    ] {
        let page = browser.open(&path(id)).await.expect(200, &path(id));
        assert!(!page.html.contains(&offer(id)));
    }
    let asked = of_boss
        .open(&format!("{}/sign-in-as", path(&jane.id)))
        .await;
    assert_eq!(asked.status, 403);
}

#[tokio::test]
async fn does_not_offer_it_where_it_is_forbidden() {
    let app = app_with(|config| config.support.sign_in_as = false).await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(&format!("/admin/people/{}", jane.id)).await;
    assert!(!page.html.contains("/sign-in-as"));
    let page = browser
        .open(&format!("/admin/people/{}/sign-in-as", jane.id))
        .await;
    assert_eq!(page.status, 403);
    page.shows("turned off on this server");
}

#[tokio::test]
async fn asks_for_the_password_and_then_for_the_reason_and_keeps_what_was_typed() {
    let app = app_with(crate::support::patient).await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, "admin@example.com").await;
    let path = format!("/admin/people/{}/sign-in-as", jane.id);
    app.clock.advance(app.config.session.fresh.get());
    let confirm = browser.open(&path).await;
    assert!(confirm.path.starts_with("/confirm-password"));
    let form = confirm.form("/confirm-password");
    let page = browser.submit(&form.fill("password", PASSWORD)).await;
    let form = page.expect(200, &path).form(&path);
    let page = browser.submit(&form.clone().fill("reason", "short")).await;
    assert_eq!(page.status, 422);
    page.shows("Use at least 10 characters.");
    assert_eq!(page.form(&path).value("reason"), "short");
    let page = browser.submit(&form.fill("reason", REASON)).await;
    page.expect(200, "/dashboard").shows("for support, until");
}

#[tokio::test]
async fn says_why_it_cannot_be_when_the_person_was_locked_meanwhile() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &admin.email).await;
    let path = format!("/admin/people/{}/sign-in-as", jane.id);
    let form = browser.open(&path).await.form(&path);
    app.post(&format!("/users/{}/lock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    let page = browser.submit(&form.fill("reason", REASON)).await;
    assert_eq!(page.status, 409);
    page.shows("Nobody can sign in as this account");
    assert_eq!(browser.cookie("acting"), None);
}

#[tokio::test]
async fn pages_hide_what_would_be_refused() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, "admin@example.com").await;
    act_in(&browser, &jane.id).await;
    let page = browser.open("/dashboard").await;
    for hidden in [
        "href=\"/change-password\"",
        "href=\"/leave\"",
        "name=\"email\"",
    ] {
        assert!(!page.html.contains(hidden), "{hidden}");
    }
    let form = page.form("/dashboard/profile").fill("bio", "Changed.");
    browser.submit(&form).await.shows("Saved.");
    let page = browser.open("/sessions").await;
    assert!(!page.html.contains("/end\"><input"), "{}", page.html);
    assert!(!page.html.contains("/sessions/end-others"));
}
