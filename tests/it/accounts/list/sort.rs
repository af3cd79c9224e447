//! `GET /users/`: the orders in which it stands.

use std::time::Duration;

use super::peopled;
use crate::accounts::{change, each, list};
use crate::support::TestApp;
use serde_json::json;

#[tokio::test]
async fn stands_in_the_order_of_creation() {
    let app = peopled(4).await;
    let page = list(&app, "").await;
    let expected = ["admin", "person00", "person01", "person02", "person03"];
    assert_eq!(
        each(&page, "email"),
        expected.map(|name| format!("{name}@example.com"))
    );
    assert_eq!(list(&app, "sort=created_at").await["items"], page["items"]);
}

#[tokio::test]
async fn has_a_stable_order_among_those_made_at_the_same_moment() {
    let app = TestApp::start().await;
    app.admin().await;
    for number in 0..6 {
        app.register(&format!("person{number}@example.com")).await;
    }
    let page = list(&app, "").await;
    let ids = each(&page, "id");
    assert!(ids.is_sorted(), "{ids:?}");
    let down = list(&app, "sort=-created_at").await;
    assert!(each(&down, "id").iter().rev().is_sorted());
}

#[tokio::test]
async fn is_sorted_as_asked() {
    let app = peopled(3).await;
    let names = ["delta", "alpha", "charlie", "bravo"];
    let page = list(&app, "").await;
    for (id, nickname) in each(&page, "id").into_iter().zip(names) {
        app.clock.advance(Duration::from_secs(1));
        let body = json!({"nickname": nickname});
        change(&app, app.admin().await, id, &body).await.expect(200);
    }
    let email = |name: &str| format!("{name}@example.com");
    let by_email = ["admin", "person00", "person01", "person02"].map(email);
    assert_eq!(each(&list(&app, "sort=email").await, "email"), by_email);
    let by_nickname = ["alpha", "bravo", "charlie", "delta"];
    assert_eq!(
        each(&list(&app, "sort=nickname").await, "nickname"),
        by_nickname
    );
    for order in ["created_at", "email", "nickname", "last_login_at"] {
        let up = list(&app, &format!("sort={order}")).await;
        let down = list(&app, &format!("sort=-{order}")).await;
        let reversed: Vec<_> = each(&down, "id").into_iter().rev().collect();
        assert_eq!(each(&up, "id"), reversed, "{order}");
    }
}

#[tokio::test]
async fn whoever_never_logged_in_stands_before_those_who_did() {
    let app = peopled(2).await;
    app.clock.advance(Duration::from_secs(1));
    app.verified_user("late@example.com").await;
    let page = list(&app, "sort=last_login_at").await;
    let order: Vec<_> = each(&page, "email")
        .into_iter()
        .map(|email| &email[..5])
        .collect();
    assert_eq!(order, ["perso", "perso", "admin", "late@"]);
}
