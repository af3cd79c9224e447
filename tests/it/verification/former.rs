//! What the old address is told of a change, and for how long nobody else can have it.

use std::time::Duration;

use serde_json::json;

use super::{move_to, undo, undo_code, undo_mails};
use crate::accounts::{change, user};
use crate::recovery::noted;
use crate::support::{PASSWORD, TestApp};

const OLD: &str = "jane@example.com";
const TAKEN: &str = "User with given email already exists.";

#[tokio::test]
async fn is_told_when_another_address_is_asked_for() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    let before = app.mails_to(OLD).await.len();
    app.put_json("/myaccount", &json!({"email": "new.mailbox@example.com"}))
        .bearer(&jane.token)
        .header(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        )
        .await
        .expect(200);
    let mails = app.mails_to(OLD).await;
    assert_eq!(mails.len(), before + 1);
    for text in [&mails[0].text, &mails[0].html] {
        assert!(text.contains("n•••@example.com"), "{text}");
        assert!(!text.contains("new.mailbox@"), "{text}");
        assert!(text.contains("Firefox"), "{text}");
        assert!(text.contains("/forgot-password-form"), "{text}");
        assert!(!text.contains("/verify-email/"), "{text}");
    }
}

#[tokio::test]
async fn is_told_when_the_change_is_made_and_gets_a_link_that_takes_it_back() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "new.mailbox@example.com").await;
    let mails = undo_mails(&app, OLD).await;
    assert_eq!(mails.len(), 1);
    let code = undo_code(&app, OLD).await;
    for text in [&mails[0].text, &mails[0].html] {
        assert!(text.contains("n•••@example.com"), "{text}");
        assert!(!text.contains("new.mailbox@"), "{text}");
        assert!(text.contains("7 days"), "{text}");
        // With the code as text, for whoever has no scripts.
        assert!(text.matches(&code).count() >= 2, "{text}");
    }
    assert!(undo_mails(&app, "new.mailbox@example.com").await.is_empty());
    let events = [
        noted(&app, "email_change_requested").await,
        noted(&app, "email_changed").await,
    ];
    for noted in events {
        assert_eq!(noted.len(), 1, "{noted:#?}");
        assert_eq!((noted[0].0.as_str(), &noted[0].2), ("done", &jane.id));
    }
}

#[tokio::test]
async fn is_told_of_what_staff_does_but_not_from_where() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    let body = json!({"email": "new@example.com"});
    change(&app, app.admin().await, &jane.id, &body)
        .await
        .expect(200);
    let told = &app.mails_to(OLD).await[0];
    assert!(told.text.contains("An administrator"), "{}", told.text);
    assert!(!told.text.contains("From:") && !told.html.contains("From:"));
    app.get(&app.verify_link("new@example.com").await)
        .await
        .expect(307);
    undo(&app, &undo_code(&app, OLD).await).await.expect(204);
    assert_eq!(user(&app, &jane.id).await["email"], OLD);
}

#[tokio::test]
async fn is_told_nothing_if_it_was_never_proved() {
    let app = TestApp::start().await;
    app.admin().await;
    let made = app.register("typo@example.com").await;
    let before = app.mails_to("typo@example.com").await.len();
    let body = json!({"email": "right@example.com"});
    change(&app, app.admin().await, made["id"].as_str().unwrap(), &body)
        .await
        .expect(200);
    app.get(&app.verify_link("right@example.com").await)
        .await
        .expect(307);
    assert_eq!(app.mails_to("typo@example.com").await.len(), before);
    // And it is free for whoever it belongs to.
    app.register("typo@example.com").await;
}

#[tokio::test]
async fn nobody_else_can_have_it_while_the_change_can_be_taken_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user(OLD).await;
    let ann = app.verified_user("ann@example.com").await;
    move_to(&app, &jane, "new@example.com").await;
    for spelling in [OLD, "JANE@example.com"] {
        let new = json!({"email": spelling, "password": PASSWORD});
        app.post_json("/register/", &new)
            .await
            .expect_refusal(400, TAKEN);
        app.post_json("/users/", &new)
            .bearer(&admin.token)
            .await
            .expect_refusal(400, TAKEN);
        app.put_json("/myaccount", &json!({"email": spelling}))
            .bearer(&ann.token)
            .await
            .expect_refusal(400, TAKEN);
    }
    app.clock.advance(app.config.accounts.email_undo.get());
    app.register(OLD).await;
}

#[tokio::test]
async fn its_owner_can_have_it_again_without_the_link() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "new@example.com").await;
    move_to(&app, &jane, OLD).await;
    assert_eq!(user(&app, &jane.id).await["email"], OLD);
    // The link of the first change still ends what the other one has.
    undo(&app, &undo_code(&app, OLD).await).await.expect(204);
    assert_eq!(user(&app, &jane.id).await["email"], OLD);
}

#[tokio::test]
async fn a_link_that_was_asked_for_before_does_not_take_it() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    let ann = app.verified_user("ann@example.com").await;
    // Ann asks for an address that is free, Jane has it for a moment, and leaves it again.
    app.put_json("/myaccount", &json!({"email": "wanted@example.com"}))
        .bearer(&ann.token)
        .await
        .expect(200);
    let link = app.verify_link("wanted@example.com").await;
    move_to(&app, &jane, "wanted@example.com").await;
    move_to(&app, &jane, "later@example.com").await;
    app.get(&link).await.expect_refusal(400, super::INVALID);
    assert_eq!(user(&app, &ann.id).await["email"], "ann@example.com");
    undo(&app, &undo_code(&app, "wanted@example.com").await)
        .await
        .expect(204);
}

#[tokio::test]
async fn is_free_when_the_account_is_gone() {
    let app = TestApp::start().await;
    let jane = app.verified_user(OLD).await;
    move_to(&app, &jane, "new@example.com").await;
    let code = undo_code(&app, OLD).await;
    app.delete(&format!("/users/{}", jane.id))
        .bearer(&app.admin().await.token)
        .await
        .expect(204);
    undo(&app, &code).await.expect(400);
    app.register(OLD).await;
}

#[tokio::test]
async fn a_link_proves_only_the_address_that_it_was_mailed_to() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let id = app.register(OLD).await["id"].as_str().unwrap().to_owned();
    let first = app.verify_link(OLD).await;
    change(&app, &admin, &id, &json!({"email": "new@example.com"}))
        .await
        .expect(200);
    app.get(&first).await.expect(400);
    let shown = user(&app, &id).await;
    assert_eq!(
        (&shown["email"], &shown["email_verified"]),
        (&json!(OLD), &json!(false))
    );
    app.get(&app.verify_link("new@example.com").await)
        .await
        .expect(307);
    app.clock.advance(Duration::from_secs(1));
    app.get(&first).await.expect(400);
    let shown = user(&app, &id).await;
    assert_eq!(
        (&shown["email"], &shown["email_verified"]),
        (&json!("new@example.com"), &json!(true))
    );
}
