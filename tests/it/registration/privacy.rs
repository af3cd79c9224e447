//! `privacy.hide_accounts`: nobody learns at registration who has an account.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::people::{keys, with};
use crate::support::{Answer, PASSWORD, TestApp};

#[tokio::test]
async fn answers_alike_whether_or_not_the_address_is_taken() {
    let app = TestApp::with(|config| config.privacy.hide_accounts = true).await;
    let owner = app.verified_user("owner@example.com").await;
    let before = app.mails_to("owner@example.com").await.len();

    let new = json!({"email": "OWNER@example.com", "password": PASSWORD, "first_name": "Eve"});
    let taken = app.post_json("/register/", &new).await.expect(200);
    let free = app
        .post_json("/register/", &with(&new, "email", "free@example.com"))
        .await
        .expect(200);
    let (mut taken_user, mut free_user) = (taken.json(), free.json());
    assert_eq!(keys(&taken_user), keys(&free_user));
    for key in ["id", "nickname", "email"] {
        assert_ne!(taken_user[key], free_user[key], "{key}");
        taken_user[key].take();
        free_user[key].take();
    }
    assert_eq!(taken_user, free_user);
    assert_ne!(taken.json()["id"], owner.id, "the owner's id stays unknown");
    let names = |answer: &Answer| {
        answer
            .headers
            .keys()
            .map(ToString::to_string)
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(names(&taken), names(&free));

    let mails = app.mails_to("owner@example.com").await;
    assert_eq!(mails.len(), before + 1);
    assert!(
        mails[0].text.contains("/login-form") && !mails[0].text.contains("/verify-email/"),
        "{}",
        mails[0].text
    );
    assert!(
        !mails[0].text.contains("Eve") && !mails[0].html.contains("Eve"),
        "a stranger's text is not mailed"
    );
    // The account is as it was.
    let now = app
        .get("/myaccount")
        .bearer(&owner.token)
        .await
        .expect(200)
        .json();
    assert_eq!(now["first_name"], json!(null));
    app.log_in("owner@example.com").await;
}

#[tokio::test]
async fn tells_by_default() {
    let app = TestApp::start().await;
    app.register("owner@example.com").await;
    let again = json!({"email": "owner@example.com", "password": PASSWORD});
    app.post_json("/register/", &again)
        .await
        .expect_refusal(400, "User with given email already exists.");
    assert!(app.mails_to("owner@example.com").await.is_empty());
}
