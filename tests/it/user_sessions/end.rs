//! `DELETE /users/{user_id}/sessions/{session_id}`

use gatepost::roles::Role;

use crate::accounts::NOBODY;
use crate::sessions::{log_in, noted, over, own, sid};
use crate::support::{Answer, Person, TestApp};

async fn end(app: &TestApp, by: &Person, (user, session): (&str, &str)) -> Answer {
    let path = format!("/users/{user}/sessions/{session}");
    app.delete(&path).bearer(&by.token).await
}

#[tokio::test]
async fn ends_that_one() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let held = log_in(&app, &jane.email).await;
    let session = held.session();
    for _ in 0..2 {
        let answer = end(&app, admin, (&jane.id, &session)).await;
        assert_eq!(answer.expect(204).body, "");
    }
    assert_eq!(over(&app, &held.access).await, "revoked_by_staff");
    own(&app, &jane.token).await.expect(200);
    assert_eq!(noted(&app, "sessions_ended").await.len(), 1);
}

#[tokio::test]
async fn finds_it_only_below_its_own_user() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let john = app.verified_user("john@example.com").await;
    let of_john = sid(&john.token);
    for session in [of_john.as_str(), NOBODY] {
        let answer = end(&app, admin, (&jane.id, session)).await;
        let answer = answer.expect_refusal(404, "Session not found.");
        assert_eq!(answer.json()["code"], "session_not_found");
    }
    let unknown = end(&app, admin, (NOBODY, &of_john)).await;
    unknown.expect_refusal(404, &format!("User with ID {NOBODY} not found."));
    own(&app, &john.token).await.expect(200);
    let faults = end(&app, admin, ("x", "y")).await.faults();
    assert_eq!(faults.len(), 2);
}

#[tokio::test]
async fn a_manager_ends_only_one_of_somebody_whom_he_manages() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let boss = app.user_with_role("boss@example.com", Role::Manager).await;
    let jane = app.verified_user("jane@example.com").await;
    let refused = end(&app, &boss, (&admin.id, &sid(&admin.token))).await;
    refused.expect_refusal(403, "Operation not permitted");
    // Nor by a way round, below somebody whom he manages.
    let refused = end(&app, &boss, (&jane.id, &sid(&admin.token))).await;
    refused.expect_refusal(404, "Session not found.");
    own(&app, &admin.token).await.expect(200);
    let done = end(&app, &boss, (&jane.id, &sid(&jane.token))).await;
    done.expect(204);
    own(&app, &jane.token).await.expect(401);
}
