//! What an owner is told of a refresh token that was used twice.

use gatepost::db::Run;

use super::told;
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn tells_the_owner_once_that_a_token_was_copied() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let fields = [("username", jane.email.as_str()), ("password", PASSWORD)];
    let login = app.post_form("/login/", &fields).await.expect(200).json();
    let first = login["refresh_token"].as_str().unwrap().to_owned();
    let refresh = async |token: &str| {
        let fields = [("refresh_token", token)];
        app.post_form("/login/refresh", &fields)
            .header("user-agent", "stolen/1.0")
            .await
    };
    refresh(&first).await.expect(200);
    app.clock.advance(app.config.session.refresh_grace.get());
    for _ in 0..3 {
        refresh(&first).await.expect(401);
    }
    let mails = told(&app, &jane.email, "We have ended a session").await;
    assert_eq!(mails.len(), 1, "{mails:#?}");
    let text = &mails[0].text;
    assert!(text.contains("From: 127.0.0.1, stolen"), "{text}");
    let sql = "SELECT id FROM audit_entries WHERE event = 'refresh_token_reused' AND account_id IS NOT NULL";
    assert_eq!(app.db.all(sql, &[]).await.unwrap().len(), 1);
}
