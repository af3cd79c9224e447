//! `POST /users/{user_id}/unlock`

use super::{KEYS, NOBODY, links, user};
use crate::attempts::{LOCKED, guess, lock_out, try_password};
use crate::support::people::keys;
use crate::support::{Answer, PASSWORD, Person, TestApp};

async fn unlock(app: &TestApp, by: &Person, id: &str) -> Answer {
    app.post(&format!("/users/{id}/unlock"))
        .bearer(&by.token)
        .await
}

#[tokio::test]
async fn lifts_an_administrators_lock() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.post(&format!("/users/{}/lock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    let unlocked = unlock(&app, admin, &jane.id).await.expect(200).json();
    assert_eq!(keys(&unlocked), KEYS);
    assert_eq!(unlocked["is_locked"], false);
    assert!(links(&unlocked).contains(&("lock", "POST")));
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn ends_a_lock_out_early() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    lock_out(&app, &jane.email).await;
    let locked = user(&app, &jane.id).await;
    assert_eq!(locked["is_locked"], true);
    assert!(links(&locked).contains(&("unlock", "POST")));
    let unlocked = unlock(&app, app.admin().await, &jane.id)
        .await
        .expect(200)
        .json();
    assert_eq!(unlocked["is_locked"], false);
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn forgets_the_wrong_passwords_before_it() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    guess(&app, &jane.email, 4).await;
    unlock(&app, app.admin().await, &jane.id).await.expect(200);
    guess(&app, &jane.email, 4).await;
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn makes_the_next_lock_out_a_first_one_again() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    lock_out(&app, &jane.email).await;
    unlock(&app, app.admin().await, &jane.id).await.expect(200);
    lock_out(&app, &jane.email).await;
    app.clock.advance(app.config.login.lock_first.get());
    app.log_in(&jane.email).await;
}

#[tokio::test]
async fn unlocking_what_is_not_locked_is_no_error() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let before = user(&app, &jane.id).await;
    assert_eq!(
        unlock(&app, app.admin().await, &jane.id)
            .await
            .expect(200)
            .json(),
        before
    );
}

#[tokio::test]
async fn refuses_whoever_may_not() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let ann = app.verified_user("ann@example.com").await;
    lock_out(&app, &jane.email).await;
    let path = format!("/users/{}/unlock", jane.id);
    app.post(&path)
        .await
        .expect_refusal(401, "Authentication required");
    for person in [&jane, &ann] {
        let answer = app.post(&path).bearer(&person.token).await;
        answer.expect_refusal(403, "Operation not permitted");
    }
    try_password(&app, &jane.email, PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
    let unknown = unlock(&app, admin, NOBODY).await;
    unknown.expect_refusal(404, &format!("User with ID {NOBODY} not found."));
    assert_eq!(
        unlock(&app, admin, "x").await.fault()["type"],
        "uuid_parsing"
    );
}
