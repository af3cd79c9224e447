//! `GET /admin/people/{user_id}/edit` and its form.

use serde_json::json;

use super::of;
use crate::sessions::browser;
use crate::support::TestApp;

#[tokio::test]
async fn changes_the_profile_and_empties_what_was_emptied() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &admin.email).await;
    let path = format!("{}/edit", of(&jane.id));
    let form = browser.open(&path).await.form(&path);
    let form = form.fill("first_name", "Jane").fill("bio", "Sails.");
    browser.submit(&form).await.shows("Saved.").shows("Sails.");
    let form = browser.open(&path).await.form(&path).fill("bio", "");
    browser.submit(&form).await.shows("Saved.");
    let user = app
        .get(&format!("/users/{}", jane.id))
        .bearer(&admin.token)
        .await
        .json();
    assert_eq!(
        (&user["first_name"], &user["bio"]),
        (&json!("Jane"), &json!(null))
    );
    let form = browser
        .open(&path)
        .await
        .form(&path)
        .fill("email", "moved@example.com");
    browser
        .submit(&form)
        .await
        .shows("The new address takes effect when its link is followed.");
}

#[tokio::test]
async fn says_what_is_wrong_and_changes_no_role() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &admin.email).await;
    let path = format!("{}/edit", of(&jane.id));
    let mut form = browser.open(&path).await.form(&path);
    let page = browser
        .submit(&form.clone().fill("nickname", "x"))
        .await
        .expect(422, &path);
    page.shows("Use at least 3 characters.");
    form.fields.push(("role".to_owned(), "ADMIN".to_owned()));
    browser.submit(&form).await.shows("Saved.");
    let user = app
        .get(&format!("/users/{}", jane.id))
        .bearer(&admin.token)
        .await
        .json();
    assert_eq!(user["role"], "AUTHENTICATED");
}
