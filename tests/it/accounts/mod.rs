//! Accounts: who sees them, who changes them, and what stays as it is.

mod create;
mod delete;
mod entries;
mod last_administrator;
mod list;
mod lock;
mod manager;
mod show;
mod unlock;
mod update;
mod update_email;
mod update_role;

use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Person, TestApp};

/// The keys of a user object, in their order.
pub const KEYS: [&str; 17] = [
    "email",
    "nickname",
    "first_name",
    "last_name",
    "bio",
    "profile_picture_url",
    "linkedin_profile_url",
    "github_profile_url",
    "role",
    "id",
    "is_professional",
    "email_verified",
    "is_locked",
    "created_at",
    "updated_at",
    "last_login_at",
    "links",
];

/// An identifier that no account has.
pub const NOBODY: &str = "0193a1b2-0000-7000-8000-000000000001";

/// What `PUT /users/{id}` answers to `by`.
pub async fn change(app: &TestApp, by: &Person, id: &str, body: &Value) -> Answer {
    app.put_json(&format!("/users/{id}"), body)
        .bearer(&by.token)
        .await
}

/// The account as the administrator sees it.
pub async fn user(app: &TestApp, id: &str) -> Value {
    let token = &app.admin().await.token;
    app.get(&format!("/users/{id}"))
        .bearer(token)
        .await
        .expect(200)
        .json()
}

/// An account that the administrator makes; its address is not verified.
pub async fn create(app: &TestApp, email: &str, role: &str) -> Value {
    let body = json!({"email": email, "password": PASSWORD, "role": role});
    let token = &app.admin().await.token;
    app.post_json("/users/", &body)
        .bearer(token)
        .await
        .expect(201)
        .json()
}

/// What a list answers to the administrator.
pub async fn list(app: &TestApp, query: &str) -> Value {
    let token = &app.admin().await.token;
    app.get(&format!("/users/?{query}"))
        .bearer(token)
        .await
        .expect(200)
        .json()
}

/// The values of `key` in a list, in its order.
pub fn each<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    let items = list["items"].as_array().expect("a list").iter();
    items
        .map(|item| item[key].as_str().expect("a text"))
        .collect()
}

/// The `rel` and the `method` of every link.
pub fn links(user: &Value) -> Vec<(&str, &str)> {
    let links = user["links"].as_array().expect("links").iter();
    links
        .map(|link| {
            (
                link["rel"].as_str().unwrap(),
                link["method"].as_str().unwrap(),
            )
        })
        .collect()
}

/// Whether the token still opens one's own account.
pub async fn is_signed_in(app: &TestApp, token: &str) -> bool {
    let answer = app.get("/myaccount").bearer(token).await;
    assert!(matches!(answer.status, 200 | 401), "{answer:#?}");
    answer.status == 200
}
