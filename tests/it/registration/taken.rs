//! What is taken is refused, in any spelling, and a refusal burns nothing.

use super::new;
use crate::support::TestApp;
use crate::support::people::with;

#[tokio::test]
async fn refuses_an_address_that_is_taken_in_any_spelling() {
    let app = TestApp::start().await;
    app.register("John.Doe@example.com").await;
    app.register("ann@münchen.de").await;
    for typed in [
        "John.Doe@example.com",
        "JOHN.DOE@EXAMPLE.COM",
        " john.doe@example.com\n",
        "ANN@xn--mnchen-3ya.de",
    ] {
        let answer = app.post_json("/register/", &new(typed)).await;
        let refusal = answer.expect_refusal(400, "User with given email already exists.");
        assert_eq!(refusal.json()["code"], "email_taken");
    }
}

#[tokio::test]
async fn refuses_a_nickname_that_is_taken_whatever_its_case() {
    let app = TestApp::start().await;
    app.post_json(
        "/register/",
        &with(&new("one@example.com"), "nickname", "Straße_Ünder"),
    )
    .await
    .expect(200);
    for nickname in ["Straße_Ünder", "straße_ünder", "STRASSE_ÜNDER"] {
        let other = with(&new("other@example.com"), "nickname", nickname);
        let refusal = app
            .post_json("/register/", &other)
            .await
            .expect_refusal(400, "Nickname already exists.");
        assert_eq!(refusal.json()["code"], "nickname_taken");
    }
    app.post_json(
        "/register/",
        &with(&new("other@example.com"), "nickname", "strasse_under"),
    )
    .await
    .expect(200);
}

#[tokio::test]
async fn burns_no_address_by_a_refusal() {
    let app = TestApp::start().await;
    app.post_json(
        "/register/",
        &with(&new("first@example.com"), "nickname", "taken"),
    )
    .await
    .expect(200);
    let good = new("ann@example.com");
    app.post_json("/register/", &with(&good, "nickname", "taken"))
        .await
        .expect(400);
    app.post_json("/register/", &with(&good, "password", "short"))
        .await
        .expect(422);
    app.post_json("/register/", &with(&good, "bio", "x".repeat(501)))
        .await
        .expect(422);
    app.post("/register/")
        .body("application/json", &b"{\"email\": \"ann@example.com\""[..])
        .await
        .expect(422);
    assert!(app.mails_to("ann@example.com").await.is_empty());
    app.post_json("/register/", &good).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn makes_one_account_when_an_address_comes_several_times_at_once() {
    let app = TestApp::start().await;
    app.admin().await;
    let answers = futures_util::future::join_all((0..12).map(|number| {
        let app = &app;
        let email = if number % 2 == 0 {
            "ann@example.com"
        } else {
            "ANN@example.com"
        };
        async move { app.post_json("/register/", &new(email)).await }
    }));
    let statuses: Vec<u16> = answers.await.iter().map(|answer| answer.status).collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 400).count(),
        11,
        "{statuses:?}"
    );
    let mails =
        app.mails_to("ann@example.com").await.len() + app.mails_to("ANN@example.com").await.len();
    assert_eq!(mails, 1, "the refused ones mailed nothing");
}
