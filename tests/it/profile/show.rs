//! `GET /myaccount`

use gatepost::roles::Role;

use super::own;
use crate::accounts::{KEYS, links, user};
use crate::support::TestApp;
use crate::support::people::{keys, with};

#[tokio::test]
async fn shows_ones_own_account_whatever_the_role() {
    let app = TestApp::start().await;
    for (email, role) in [
        ("user@example.com", Role::Authenticated),
        ("boss@example.com", Role::Manager),
        ("root@example.com", Role::Admin),
    ] {
        let person = app.user_with_role(email, role).await;
        let shown = own(&app, &person.token).await;
        assert_eq!(keys(&shown), KEYS);
        assert_eq!(shown["role"], role.name());
        let seen_by_admin = user(&app, &person.id).await;
        assert_eq!(with(&shown, "links", ()), with(&seen_by_admin, "links", ()));
    }
}

#[tokio::test]
async fn links_to_what_one_can_do_with_it() {
    let app = TestApp::start().await;
    let shown = own(&app, &app.admin().await.token).await;
    let expected = [
        ("self", "GET"),
        ("update", "PUT"),
        ("change_password", "POST"),
        ("logout", "POST"),
    ];
    assert_eq!(links(&shown), expected);
    for link in shown["links"].as_array().unwrap() {
        let (method, href) = (
            link["method"].as_str().unwrap(),
            link["href"].as_str().unwrap(),
        );
        assert_ne!(app.request(method, href).await.status, 404, "{href}");
    }
}

#[tokio::test]
async fn is_for_those_who_are_signed_in() {
    let app = TestApp::start().await;
    let answer = app.get("/myaccount").await;
    let refusal = answer.expect_refusal(401, "Authentication required");
    assert_eq!(refusal.json()["code"], "authentication_required");
    for token in ["", "x", "a.b.c"] {
        let answer = app.get("/myaccount").bearer(token).await;
        answer.expect_refusal(401, "Authentication required");
    }
}
