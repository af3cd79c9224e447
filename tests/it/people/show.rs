//! `GET /admin/people/{user_id}`

use super::of;
use crate::sessions::{browser, log_in};
use crate::support::TestApp;

#[tokio::test]
async fn shows_profile_sessions_history_and_mails_without_secrets() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(&of(&jane.id)).await.expect(200, &of(&jane.id));
    page.shows("jane@example.com")
        .shows("Member")
        .shows("verification verify email")
        .shows("email verified")
        .shows("Last used");
    let mail = &app.mails_to(&jane.email).await[0];
    for link in &mail.links {
        assert!(!page.html.contains(link.as_str()));
    }
}

#[tokio::test]
async fn ends_one_session() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let other = log_in(&app, &jane.email).await;
    let browser = browser(&app, "admin@example.com").await;
    let action = format!("{}/sessions/{}/end", of(&jane.id), other.session());
    let form = browser.open(&of(&jane.id)).await.form(&action);
    browser.submit(&form).await.shows("The session has ended.");
    app.get("/myaccount")
        .bearer(&other.access)
        .await
        .expect(401);
    app.get("/myaccount").bearer(&jane.token).await.expect(200);
    browser.submit(&form).await.shows("The session has ended.");
}

#[tokio::test]
async fn notes_are_written_and_deleted() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, "admin@example.com").await;
    let action = format!("{}/notes", of(&jane.id));
    let form = browser.open(&of(&jane.id)).await.form(&action);
    let page = browser
        .submit(&form.clone().fill("text", "<b>Bold</b> & kind"))
        .await;
    page.shows("The note is written.")
        .shows("<b>Bold</b> & kind");
    assert!(!page.html.contains("<b>Bold"));
    let delete = page
        .html
        .split(&format!("action=\"{action}/"))
        .nth(1)
        .unwrap();
    let delete = format!("{action}/{}", delete.split('"').next().unwrap());
    browser
        .submit(&page.form(&delete))
        .await
        .shows("The note is deleted.");
    let page = browser.submit(&form).await.expect(422, &action);
    page.shows("Fill this in.");
}

#[tokio::test]
async fn a_long_history_goes_on() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for number in 0..25 {
        let fields = serde_json::json!({"bio": format!("Number {number}.")});
        app.put_json("/myaccount", &fields)
            .bearer(&jane.token)
            .await
            .expect(200);
    }
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(&of(&jane.id)).await;
    let older = page.html.split("rel=\"next\" href=\"").nth(1).unwrap();
    let older = older.split('"').next().unwrap().replace("&amp;", "&");
    let page = browser.open(&older).await;
    page.shows("account registered");
}
