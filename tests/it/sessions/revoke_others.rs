//! `DELETE /myaccount/sessions`

use serde_json::json;

use super::{browser, log_in, noted, over, own, refresh};
use crate::support::TestApp;

#[tokio::test]
async fn signs_out_everywhere_else() {
    let app = TestApp::start().await;
    let node = app.second_node().await;
    let jane = app.verified_user("jane@example.com").await;
    let john = app.verified_user("john@example.com").await;
    let program = log_in(&app, &jane.email).await;
    let page = browser(&app, &jane.email).await;
    let cookie = page.cookie("access_token").unwrap();
    let delete = || app.delete("/myaccount/sessions").bearer(&jane.token);
    assert_eq!(delete().await.expect(200).json(), json!({"ended": 2}));
    for app in [&app, &node] {
        for token in [&program.access, &cookie] {
            assert_eq!(over(app, token).await, "revoked");
        }
        refresh(app, &program.refresh).await.expect(401);
        for token in [&jane.token, &john.token] {
            own(app, token).await.expect(200);
        }
    }
    assert_eq!(delete().await.expect(200).json(), json!({"ended": 0}));
    let (outcome, reason, account) = noted(&app, "sessions_ended").await.remove(0);
    assert_eq!(
        (outcome.as_str(), reason.as_deref(), account),
        ("done", Some("revoked"), Some(jane.id.clone()))
    );
}

#[tokio::test]
async fn counts_none_that_had_run_out() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.clock.advance(app.config.session.idle.get());
    let (one, token) = (
        log_in(&app, &jane.email).await,
        app.log_in(&jane.email).await,
    );
    let answer = app.delete("/myaccount/sessions").bearer(&token).await;
    assert_eq!(answer.expect(200).json(), json!({"ended": 1}));
    assert_eq!(over(&app, &one.access).await, "revoked");
    assert_eq!(over(&app, &jane.token).await, "idle");
}
