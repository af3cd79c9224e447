//! Something is done to one person.

use gatepost::roles::Role;

use super::{LIST, of};
use crate::recovery::noted;
use crate::sessions::browser;
use crate::support::TestApp;

#[tokio::test]
async fn asks_before_it_locks_and_tells_that_it_has() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(&of(&jane.id)).await;
    let path = format!("{}/act/lock", of(&jane.id));
    assert!(page.html.contains(&format!("href=\"{path}\"")));
    let question = browser.open(&path).await.expect(200, &path);
    question
        .shows("Lock?")
        .shows("jane@example.com")
        .shows("Cancel");
    app.get("/myaccount").bearer(&jane.token).await.expect(200);
    let page = browser.submit(&question.form(&path)).await;
    page.shows("Locked. All sessions have ended.")
        .shows("Unlock");
    app.get("/myaccount").bearer(&jane.token).await.expect(401);
    let path = format!("{}/act/unlock", of(&jane.id));
    let form = browser.open(&path).await.form(&path);
    browser.submit(&form).await.shows("Unlocked.");
}

#[tokio::test]
async fn does_everything_that_the_api_does() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, "admin@example.com").await;
    for (act, event) in [
        ("grant-professional", "professional_granted"),
        ("withdraw-professional", "professional_withdrawn"),
        ("end-sessions", "sessions_ended"),
        ("reset-password", "password_reset_forced"),
        ("role", "role_changed"),
        ("delete", "account_deleted"),
    ] {
        let path = format!("{}/act/{act}", of(&jane.id));
        let mut form = browser.open(&path).await.expect(200, &path).form(&path);
        if act == "role" {
            form = form.fill("role", "MANAGER");
        }
        let page = browser.submit(&form).await;
        assert_eq!(page.status, 200, "{act}");
        assert!(
            page.path.ends_with(&format!("?done={act}")),
            "{}",
            page.path
        );
        let found = noted(&app, event).await;
        assert!(
            found
                .iter()
                .any(|entry| entry.2 == jane.id && entry.0 == "done"),
            "{act}: {found:?}"
        );
    }
    browser.open(&of(&jane.id)).await.expect(404, &of(&jane.id));
}

#[tokio::test]
async fn offers_a_manager_only_what_he_may_do() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let jane = app.verified_user("jane@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let browser = browser(&app, &manager.email).await;
    let path = format!("{}/act/role", of(&jane.id));
    let question = browser.open(&path).await.expect(200, &path);
    assert!(question.html.contains("\"AUTHENTICATED\""));
    assert!(!question.html.contains("\"MANAGER\"") && !question.html.contains("\"ADMIN\""));
    // Typed into the form all the same, it is the operation that refuses.
    let form = question.form(&path).fill("role", "ADMIN");
    let page = browser.submit(&form).await.expect(403, &path);
    page.shows("Operation not permitted");
    let page = browser
        .open(&of(&admin.id))
        .await
        .expect(200, &of(&admin.id));
    page.shows("An account like this is managed by administrators.");
    assert!(!page.html.contains("/act/") && !page.html.contains("<h2 id=\"history-title\""));
}

#[tokio::test]
async fn says_why_it_could_not() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let browser = browser(&app, &admin.email).await;
    let path = format!("{}/act/delete", of(&admin.id));
    let form = browser.open(&path).await.form(&path);
    let page = browser.submit(&form).await.expect(409, &path);
    page.shows("The last administrator cannot be removed.");
    browser
        .open(&format!("{LIST}/no-uuid"))
        .await
        .expect(422, &format!("{LIST}/no-uuid"));
    let path = format!("{}/act/nonsense", of(&admin.id));
    browser.open(&path).await.expect(404, &path);
}
