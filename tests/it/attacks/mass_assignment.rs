//! Mass assignment: fields that are not one's own to set are not listened to, in any body and of any form.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::support::calls::without_limits;
use crate::support::contract;
use crate::support::people::Person;
use crate::support::{TestApp, app_with};

/// What nobody may set of himself.
const WATCHED: [&str; 5] = [
    "role",
    "is_professional",
    "email_verified",
    "is_locked",
    "created_at",
];

/// What is tried in every body besides its own fields.
fn extras(other: &Person) -> Map<String, Value> {
    let extras = json!({
        "role": "ADMIN", "roles": ["ADMIN"], "is_admin": true, "is_staff": true, "is_superuser": true, "admin": "true",
        "email_verified": true, "email_verified_at": 1, "verified": true, "pending_role": "ADMIN",
        "sub": other.id, "user_id": other.id, "account_id": other.id, "owner": other.id, "id": other.id, "tenant": "other",
        "is_locked": true, "locked_at": 1, "locked_until": 9_999_999_999_i64, "is_professional": true,
        "created_at": "2001-01-01T00:00:00Z", "updated_at": "2001-01-01T00:00:00Z", "last_login_at": 1,
        "password_hash": "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAA", "session_id": other.id, "invited_by": other.id,
        "__proto__": {"role": "ADMIN"}, "constructor": {"role": "ADMIN"}, "$set": {"role": "ADMIN"},
        "user": {"role": "ADMIN"}, "account.role": "ADMIN", "account[role]": "ADMIN", "Role": "ADMIN", "ROLE": "ADMIN",
    });
    extras.as_object().expect("an object").clone()
}

/// What is watched of every account, by its identifier.
async fn watched(app: &TestApp) -> BTreeMap<String, Vec<Value>> {
    let admin = app.admin().await;
    let list = app
        .get("/users/?limit=100")
        .bearer(&admin.token)
        .await
        .expect(200)
        .json();
    let items = list["items"].as_array().expect("a list").iter();
    items
        .map(|user| {
            let id = user["id"].as_str().expect("an id").to_owned();
            (id, WATCHED.map(|name| user[name].clone()).to_vec())
        })
        .collect()
}

/// Fails when an account of before is another one now, or a new one has more than a new one has.
async fn assert_nobody_has_risen(app: &TestApp, before: &BTreeMap<String, Vec<Value>>, what: &str) {
    for (id, now) in watched(app).await {
        match before.get(&id) {
            Some(before) => assert_eq!(&now, before, "{what}: {id}"),
            // Not verified, so nothing at all until its link is followed.
            None => assert_eq!(
                now[..4],
                [json!("ANONYMOUS"), json!(false), json!(false), json!(false)],
                "{what}: a new account"
            ),
        }
    }
}

#[tokio::test]
async fn no_body_makes_a_user_more_than_he_is() {
    let app = app_with(without_limits).await;
    let victim = app.verified_user("victim@example.com").await;
    let operations =
        contract::operations().filter(super::super::support::contract::Operation::writes);
    for (number, operation) in operations.enumerate() {
        let attacker = app
            .verified_user(&format!("attacker{number}@example.com"))
            .await;
        for who in [&victim, app.admin().await] {
            let before = watched(&app).await;
            let (kind, sample) = operation
                .sample()
                .unwrap_or(("application/json", Map::new()));
            let mut whole = sample.clone();
            whole.extend(extras(who));
            // Without what the schema knows and refuses, the rest of the body is looked at.
            let mut rest = whole.clone();
            rest.remove("role");
            for fields in [&whole, &rest] {
                let mut fields = fields.clone();
                if fields.contains_key("email") {
                    fields.insert("email".into(), json!(format!("new{number}@example.com")));
                }
                let mut request = app.call(&operation, &who.id).bearer(&attacker.token);
                request.target.push_str("?role=ADMIN&user_id=");
                request.target.push_str(&who.id);
                request.fields(kind, &fields).await;
            }
            assert_nobody_has_risen(&app, &before, operation.id()).await;
        }
    }
}

#[tokio::test]
async fn of_two_roles_in_one_body_none_counts() {
    let app = TestApp::start().await;
    let user = app.verified_user("user@example.com").await;
    let before = watched(&app).await;
    for body in [
        r#"{"role": "ADMIN", "role": "AUTHENTICATED", "first_name": "A"}"#,
        r#"{"role": "AUTHENTICATED", "role": "ADMIN", "first_name": "A"}"#,
        r#"{"first_name": "A", "ro\u006ce": "ADMIN"}"#,
        r#"{"first_name": "A", "role": "admin"}"#,
        r#"[{"role": "ADMIN"}]"#,
        r#"{"first_name": "A", "role\u0000": "ADMIN"}"#,
    ] {
        for kind in [
            "application/json",
            "application/merge-patch+json",
            "application/json-patch+json",
        ] {
            app.request("PUT", "/myaccount")
                .bearer(&user.token)
                .body(kind, body)
                .await;
        }
        assert_nobody_has_risen(&app, &before, body).await;
    }
}

#[tokio::test]
async fn no_form_of_a_page_makes_a_user_more_than_he_is() {
    let app = TestApp::start().await;
    let user = app.verified_user("user@example.com").await;
    let before = watched(&app).await;
    let browser = app.browser();
    let login = browser.open("/login-form").await.form("/login_with_form/");
    let login = login
        .fill("username", &user.email)
        .fill("password", crate::support::PASSWORD);
    let dashboard = browser.submit(&login).await;
    let mut form = dashboard.form("/dashboard/profile");
    let more = extras(app.admin().await);
    let more = more.into_iter().filter(|(name, _)| name != "role");
    form.fields
        .extend(more.map(|(name, value)| (name, value.as_str().unwrap_or("true").to_owned())));
    browser.submit(&form).await;
    form.fields.push(("role".into(), "ADMIN".into()));
    browser.submit(&form).await;
    assert_nobody_has_risen(&app, &before, "the dashboard").await;

    let mut form = app
        .browser()
        .open("/register-form")
        .await
        .form("/register_with_form/");
    form.fields.push(("role".into(), "ADMIN".into()));
    form.fields.push(("email_verified".into(), "true".into()));
    let form = form
        .fill("email", "new@example.com")
        .fill("password", crate::support::PASSWORD);
    app.browser().submit(&form).await;
    assert_nobody_has_risen(&app, &before, "the registration").await;
    assert_eq!(watched(&app).await.len(), before.len() + 1);
    let link = app.verify_link("new@example.com").await;
    app.get(&link).await.expect(307);
    let roles: Vec<Value> = watched(&app)
        .await
        .into_values()
        .map(|row| row[0].clone())
        .collect();
    assert_eq!(roles.iter().filter(|role| **role == "ADMIN").count(), 1);
}

#[tokio::test]
async fn staff_sets_what_the_document_names_and_nothing_else() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let user = app.verified_user("user@example.com").await;
    let path = format!("/users/{}", user.id);
    let before = app.get(&path).bearer(&admin.token).await.json();
    let mut fields = extras(admin);
    fields.remove("role");
    fields.remove("is_professional");
    fields.insert("first_name".into(), json!("Ann"));
    app.put_json(&path, &fields).bearer(&admin.token).await;
    let after = app.get(&path).bearer(&admin.token).await.json();
    for name in [
        "id",
        "role",
        "email_verified",
        "is_locked",
        "created_at",
        "last_login_at",
        "email",
    ] {
        assert_eq!(after[name], before[name], "{name}");
    }
    let mut new = fields.clone();
    new.insert("email".into(), json!("new@example.com"));
    new.insert("password".into(), json!(crate::support::PASSWORD));
    let made = app
        .post_json("/users/", &new)
        .bearer(&admin.token)
        .await
        .expect(201)
        .json();
    assert_ne!(made["id"], json!(admin.id));
    assert_eq!(made["is_locked"], false);
    assert!(!made["created_at"].as_str().unwrap().starts_with("2001"));
}
