//! `DELETE /invitations/{invitation_id}`

use gatepost::roles::Role;

use super::{JANE, accept, assert_useless, code, invite, invite_as};
use crate::support::TestApp;

async fn id(app: &TestApp, email: &str) -> String {
    invite(app, email).await["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn makes_the_link_useless_and_may_be_done_twice() {
    let app = TestApp::start().await;
    let id = id(&app, JANE).await;
    let admin = app.admin().await.token.clone();
    let code = code(&app, JANE).await;
    let path = format!("/invitations/{id}");
    app.delete(&path).bearer(&admin).await.expect(204);
    assert_useless(accept(&app, &code).await);
    let list = app.get("/invitations").bearer(&admin).await.json();
    let revoked_at = list["items"][0]["revoked_at"].clone();
    app.clock.advance(std::time::Duration::from_mins(1));
    app.delete(&path).bearer(&admin).await.expect(204);
    let list = app.get("/invitations").bearer(&admin).await.json();
    assert_eq!(list["items"][0]["revoked_at"], revoked_at);
}

#[tokio::test]
async fn says_so_when_it_was_accepted() {
    let app = TestApp::start().await;
    let id = id(&app, JANE).await;
    let admin = app.admin().await.token.clone();
    let code = code(&app, JANE).await;
    accept(&app, &code).await.expect(200);
    let refusal = app
        .delete(&format!("/invitations/{id}"))
        .bearer(&admin)
        .await;
    assert_eq!(refusal.expect(409).json()["code"], "invitation_over");
}

#[tokio::test]
async fn a_manager_revokes_within_his_rights() {
    let app = TestApp::start().await;
    let manager = app
        .user_with_role("manager@example.com", Role::Manager)
        .await;
    let admin = app.admin().await.token.clone();
    let high = invite_as(&app, &admin, "boss@example.com", "MANAGER").await;
    let high = high.expect(201).json()["id"].as_str().unwrap().to_owned();
    let low = id(&app, JANE).await;
    for verb in ["", "/resend"] {
        let method = if verb.is_empty() { "DELETE" } else { "POST" };
        app.request(method, &format!("/invitations/{high}{verb}"))
            .bearer(&manager.token)
            .await
            .expect_refusal(403, "Operation not permitted");
    }
    let code = code(&app, "boss@example.com").await;
    accept(&app, &code).await.expect(200);
    let path = format!("/invitations/{low}");
    app.delete(&path).bearer(&manager.token).await.expect(204);
}

#[tokio::test]
async fn does_not_find_what_is_not_there() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let path = format!("/invitations/{}", admin.id);
    let refusal = app.delete(&path).bearer(&admin.token).await;
    let refusal = refusal.expect_refusal(404, "Invitation not found.");
    assert_eq!(refusal.json()["code"], "invitation_not_found");
    app.post(&format!("{path}/resend"))
        .bearer(&admin.token)
        .await
        .expect(404);
    let fault = app.delete("/invitations/x").bearer(&admin.token).await;
    assert_eq!(fault.fault()["loc"][1], "invitation_id");
}
