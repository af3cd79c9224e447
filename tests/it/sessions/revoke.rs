//! `DELETE /myaccount/sessions/{session_id}`

use super::{log_in, noted, over, own, sid};
use crate::support::TestApp;

const NOT_FOUND: &str = "Session not found.";

fn path(id: &str) -> String {
    format!("/myaccount/sessions/{id}")
}

#[tokio::test]
async fn ends_that_session_and_no_other() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let (lost, kept) = (
        log_in(&app, &jane.email).await,
        log_in(&app, &jane.email).await,
    );
    let delete = || app.delete(&path(&lost.session())).bearer(&jane.token);
    let answer = delete().await.expect(204);
    assert!(answer.set_cookies().is_empty());
    assert_eq!(over(&app, &lost.access).await, "revoked");
    for token in [&kept.access, &jane.token] {
        own(&app, token).await.expect(200);
    }
    // Again is no error, and no second entry.
    delete().await.expect(204);
    let done = (
        "done".to_owned(),
        Some("revoked".to_owned()),
        Some(jane.id.clone()),
    );
    assert_eq!(noted(&app, "sessions_ended").await, [done]);
}

#[tokio::test]
async fn logs_out_where_it_is_ones_own() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let delete = app.delete(&path(&sid(&jane.token))).bearer(&jane.token);
    delete.await.expect(204);
    assert_eq!(over(&app, &jane.token).await, "logout");
    assert_eq!(noted(&app, "logout").await.len(), 1);
    let browser = super::browser(&app, &jane.email).await;
    let session = sid(&browser.cookie("access_token").unwrap());
    let delete = app.delete(&path(&session));
    browser.send(delete).await.expect(204);
    assert_eq!(browser.cookie("access_token"), None, "the cookie is gone");
}

#[tokio::test]
async fn finds_no_session_of_somebody_else() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let admin = app.admin().await;
    for (by, id) in [
        (&jane.token, sid(&admin.token)),
        // Not even as an administrator: that has a door of its own.
        (&admin.token, sid(&jane.token)),
        (&jane.token, crate::accounts::NOBODY.to_owned()),
        (&jane.token, jane.id.clone()),
    ] {
        let answer = app.delete(&path(&id)).bearer(by).await;
        let answer = answer.expect_refusal(404, NOT_FOUND);
        assert_eq!(answer.json()["code"], "session_not_found");
    }
    for token in [&jane.token, &admin.token] {
        own(&app, token).await.expect(200);
    }
    let fault = app.delete(&path("no-uuid")).bearer(&jane.token).await;
    assert_eq!(fault.fault()["type"], "uuid_parsing");
}

#[tokio::test]
async fn leaves_one_that_has_run_out_with_its_own_reason() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.clock.advance(app.config.session.idle.get());
    let token = app.log_in(&jane.email).await;
    let delete = app.delete(&path(&sid(&jane.token))).bearer(&token);
    delete.await.expect(204);
    assert_eq!(over(&app, &jane.token).await, "idle");
    assert!(noted(&app, "sessions_ended").await.is_empty());
}
