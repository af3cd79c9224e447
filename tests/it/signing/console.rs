//! `/admin/keys`

use gatepost::roles::Role;

use crate::console::form_token;
use crate::recovery::noted;
use crate::sessions::browser;
use crate::support::{PASSWORD, TestApp, app_with, patient};

const PAGE: &str = "/admin/keys";
const ROTATE: &str = "/admin/keys/rotate";

#[tokio::test]
async fn shows_the_keys_and_no_private_half() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(PAGE).await.expect(200, PAGE);
    let kid = super::super::keys::rotate(&app).await;
    page.shows("signs").shows("ES256").shows("30 seconds");
    let page = browser.open(PAGE).await;
    page.shows(&kid).shows("accepted");
    for absent in ["PRIVATE", "sealed", "\"d\""] {
        assert!(!page.html.contains(absent), "{absent}: {}", page.html);
    }
}

#[tokio::test]
async fn rotates_once_the_password_was_typed_again() {
    let app = app_with(patient).await;
    let admin = app.admin().await.clone();
    let browser = browser(&app, &admin.email).await;
    app.clock.advance(app.config.session.fresh.get());
    let page = browser.open(ROTATE).await;
    let confirm = page.expect(200, "/confirm-password?next=%2Fadmin%2Fkeys%2Frotate");
    let form = confirm.form("/confirm-password").fill("password", PASSWORD);
    // It asks once more, and has done nothing yet.
    let question = browser.submit(&form).await.expect(200, ROTATE);
    question.shows("Nobody is signed out");
    assert_eq!(noted(&app, "key_rotated").await.len(), 0);
    let form = question.form(ROTATE);
    let page = browser
        .submit(&form)
        .await
        .expect(200, "/admin/keys?done=rotated");
    page.shows("A new key signs from now on.");
    assert_eq!(noted(&app, "key_rotated").await.len(), 1);
    // The same button again, as a doubled press sends it.
    let page = browser
        .submit(&form)
        .await
        .expect(200, "/admin/keys?done=known");
    page.shows("No key was made");
    assert_eq!(noted(&app, "key_rotated").await.len(), 1);
    browser.open("/dashboard").await.expect(200, "/dashboard");
}

#[tokio::test]
async fn two_presses_at_once_make_one_key() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let browser = browser(&app, &admin.email).await;
    let form = browser.open(ROTATE).await.expect(200, ROTATE).form(ROTATE);
    let (one, other) = tokio::join!(browser.submit(&form), browser.submit(&form));
    let mut ends = [one.path, other.path];
    ends.sort();
    assert_eq!(ends, ["/admin/keys?done=known", "/admin/keys?done=rotated"]);
    assert_eq!(noted(&app, "key_rotated").await.len(), 1);
}

#[tokio::test]
async fn a_manager_is_refused_and_that_is_written_down() {
    let app = TestApp::start().await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let token = form_token(&app, &manager);
    let fields = [("csrf_token", token.as_str()), ("instead_of", "")];
    let request = app.post_form(ROTATE, &fields).header("accept", "text/html");
    request.bearer(&manager.token).await.expect(403);
    assert_eq!(noted(&app, "access_denied").await.len(), 1);
    assert_eq!(noted(&app, "key_rotated").await.len(), 0);
    let browser = browser(&app, &manager.email).await;
    let page = browser.open("/admin").await;
    for absent in [PAGE, "/admin/settings", "/admin/system"] {
        assert!(
            !page.html.contains(&format!("href=\"{absent}\"")),
            "{absent}"
        );
    }
}
