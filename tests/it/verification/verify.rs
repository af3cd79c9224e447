//! `GET /verify-email/{user_id}/{token}`: verifies for a program, and only asks a person.

use std::time::Duration;

use serde_json::{Value, json};

use super::{INVALID, guess};
use crate::recovery::noted;
use crate::support::TestApp;

/// A new account that waits for its link: its id and the link's path.
async fn newcomer(app: &TestApp, email: &str) -> (String, String) {
    app.admin().await;
    let user = app.register(email).await;
    (
        user["id"].as_str().unwrap().to_owned(),
        app.verify_link(email).await,
    )
}

async fn shown(app: &TestApp, id: &str) -> Value {
    let admin = app.log_in("admin@example.com").await;
    app.get(&format!("/users/{id}"))
        .bearer(&admin)
        .await
        .expect(200)
        .json()
}

#[tokio::test]
async fn verifies_and_gives_the_role() {
    let app = TestApp::start().await;
    let (id, link) = newcomer(&app, "ann@example.com").await;
    app.clock.advance(Duration::from_mins(1));
    let answer = app.get(&link).await.expect(307);
    assert_eq!((answer.header("location"), answer.body.as_str()), ("/", ""));
    let user = shown(&app, &id).await;
    assert_eq!(
        (&user["role"], &user["email_verified"]),
        (&json!("AUTHENTICATED"), &json!(true))
    );
    assert_eq!(user["updated_at"], app.clock.now().to_string());
    app.log_in("ann@example.com").await;
}

#[tokio::test]
async fn works_once() {
    let app = TestApp::start().await;
    let (_, link) = newcomer(&app, "ann@example.com").await;
    app.get(&link).await.expect(307);
    let refusal = app.get(&link).await.expect_refusal(400, INVALID);
    assert_eq!(refusal.json()["code"], "invalid_verification_token");
}

#[tokio::test]
async fn refuses_links_that_were_never_mailed() {
    let app = TestApp::start().await;
    let (ann, link_of_ann) = newcomer(&app, "ann@example.com").await;
    let (ben, _) = newcomer(&app, "ben@example.com").await;
    let token = link_of_ann.rsplit('/').next().unwrap();
    for path in [
        guess(&ann),
        format!("/verify-email/{ben}/{token}"),
        format!("/verify-email/{}/{token}", uuid::Uuid::nil()),
        format!("/verify-email/{ann}/{token}A"),
        format!("/verify-email/{ann}/{}", &token[1..]),
        format!("/verify-email/{ann}/{}", token.to_lowercase()),
        format!("/verify-email/{ann}/%00"),
        format!("/verify-email/{ann}/%F0%9F%9A%80"),
        format!("/verify-email/{ann}/{}", "x".repeat(5000)),
        format!("/verify-email/{ann}/..%2F..%2Fetc%2Fpasswd"),
    ] {
        app.get(&path).await.expect_refusal(400, INVALID);
    }
    app.get(&link_of_ann).await.expect(307);
}

#[tokio::test]
async fn names_what_is_no_uuid() {
    let app = TestApp::start().await;
    for id in [
        "1",
        "no-uuid",
        "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2",
        "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2g",
        "%20",
        "💥",
    ] {
        let target = format!(
            "/verify-email/{}/token",
            form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>()
        );
        let fault = app.get(&target.replace("%2520", "%20")).await.fault();
        assert_eq!(
            (&fault["type"], &fault["loc"]),
            (&json!("uuid_parsing"), &json!(["path", "user_id"]))
        );
        let why = fault["ctx"]["error"].as_str().unwrap();
        assert_eq!(fault["msg"], format!("Input should be a valid UUID, {why}"));
    }
}

#[tokio::test]
async fn runs_out() {
    let app = TestApp::start().await;
    let (_, early) = newcomer(&app, "ann@example.com").await;
    let (id, late) = newcomer(&app, "ben@example.com").await;
    let life = app.config.registration.verification_lifetime.get();
    app.advance_almost(life);
    app.get(&early).await.expect(307);
    app.clock.advance(Duration::from_secs(1));
    app.get(&late).await.expect_refusal(400, INVALID);
    assert_eq!(shown(&app, &id).await["email_verified"], false);
}

#[tokio::test]
async fn asks_a_person_before_it_verifies() {
    let app = TestApp::start().await;
    let (id, link) = newcomer(&app, "ann@example.com").await;
    for accept in [
        "text/html",
        "application/xhtml+xml, TEXT/HTML;q=0.9, */*;q=0.8",
    ] {
        let page = app.get(&link).header("accept", accept).await.expect(200);
        assert_eq!(page.media_type(), "text/html");
    }
    assert_eq!(shown(&app, &id).await["email_verified"], false);
    let page = app
        .get(&guess(&id))
        .header("accept", "text/html")
        .await
        .expect(400);
    assert_eq!(page.media_type(), "text/html");
    for accept in ["*/*", "application/json", "text/*"] {
        app.get(&guess(&id))
            .header("accept", accept)
            .await
            .expect_refusal(400, INVALID);
    }
    app.get(&link).header("accept", "*/*").await.expect(307);
}

#[tokio::test]
async fn confirms_nothing_by_head() {
    let app = TestApp::start().await;
    let (id, link) = newcomer(&app, "ann@example.com").await;
    for _ in 0..2 {
        let answer = app.request("HEAD", &link).await;
        assert!(matches!(answer.status, 200 | 307), "{answer:#?}");
    }
    app.request("HEAD", &guess(&id)).await.expect(400);
    assert_eq!(shown(&app, &id).await["email_verified"], false);
    app.get(&link).await.expect(307);
}

#[tokio::test]
async fn leads_where_the_settings_say() {
    let destination = "https://app.example.com/welcome?from=mail";
    let app =
        TestApp::with(|config| config.registration.verified_destination = destination.into()).await;
    let (_, link) = newcomer(&app, "ann@example.com").await;
    assert_eq!(
        app.get(&link).await.expect(307).header("location"),
        destination
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn works_for_one_of_several_at_once() {
    let app = TestApp::start().await;
    let (_, link) = newcomer(&app, "ann@example.com").await;
    let answers =
        futures_util::future::join_all((0..8).map(|_| async { app.get(&link).await.status })).await;
    assert_eq!(
        answers.iter().filter(|status| **status == 307).count(),
        1,
        "{answers:?}"
    );
    assert_eq!(
        answers.iter().filter(|status| **status == 400).count(),
        7,
        "{answers:?}"
    );
}

#[tokio::test]
async fn gives_the_role_that_an_administrator_has_chosen() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let new = json!({"email": "mia@example.com", "password": "Secure*1234", "role": "MANAGER"});
    let user = app
        .post_json("/users/", &new)
        .bearer(&admin.token)
        .await
        .expect(201)
        .json();
    assert_eq!(user["role"], "ANONYMOUS");
    app.get(&app.verify_link("mia@example.com").await)
        .await
        .expect(307);
    assert_eq!(
        shown(&app, user["id"].as_str().unwrap()).await["role"],
        "MANAGER"
    );
}

#[tokio::test]
async fn moves_an_account_to_its_new_address() {
    let app = TestApp::start().await;
    let ann = app.verified_user("ann@example.com").await;
    let change = |email: &str| {
        app.put_json("/myaccount/", &json!({"email": email}))
            .bearer(&ann.token)
    };
    change("first@example.com").await.expect(200);
    let first = app.verify_link("first@example.com").await;
    change("second@example.com").await.expect(200);
    let second = app.verify_link("second@example.com").await;
    app.get(&first).await.expect_refusal(400, INVALID);
    app.log_in("ann@example.com").await;
    app.get(&second).await.expect(307);
    app.log_in("second@example.com").await;
    let user = shown(&app, &ann.id).await;
    assert_eq!(
        (&user["email"], &user["role"]),
        (&json!("second@example.com"), &json!("AUTHENTICATED"))
    );
    // The old address is kept free for as long as the change can be undone.
    app.clock.advance(app.config.accounts.email_undo.get());
    app.register("ann@example.com").await;
}

#[tokio::test]
async fn leads_nowhere_when_somebody_else_has_taken_the_address() {
    let app = TestApp::start().await;
    let ann = app.verified_user("ann@example.com").await;
    app.put_json("/myaccount/", &json!({"email": "new@example.com"}))
        .bearer(&ann.token)
        .await
        .expect(200);
    let link = app.verify_link("new@example.com").await;
    app.verified_user("new@example.com").await;
    app.get(&link).await.expect_refusal(400, INVALID);
    assert_eq!(shown(&app, &ann.id).await["email"], "ann@example.com");
}

#[tokio::test]
async fn is_written_down() {
    let app = TestApp::start().await;
    let (id, link) = newcomer(&app, "ann@example.com").await;
    app.get(&link).await.expect(307);
    app.get(&link).await.expect_refusal(400, INVALID);
    app.get(&guess(&uuid::Uuid::nil().to_string()))
        .await
        .expect_refusal(400, INVALID);
    let requested = noted(&app, "verification_requested").await;
    assert_eq!(requested[0].1.as_deref(), Some("registration"));
    assert_eq!(requested[0].2, id);
    let verified = noted(&app, "email_verified").await;
    let seen: Vec<_> = verified
        .iter()
        .map(|entry| (entry.0.as_str(), entry.1.as_deref(), entry.2.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("done", Some("link"), id.as_str()),
            ("refused", Some("invalid_token"), id.as_str()),
            ("refused", Some("invalid_token"), ""),
        ]
    );
    let token = link.rsplit('/').next().unwrap();
    assert!(verified.iter().all(|entry| !entry.3.contains(token)));
}
