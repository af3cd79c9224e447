//! `GET /users/`: searches and filters.

use gatepost::roles::Role;
use serde_json::{Value, json};

use crate::accounts::{change, each, links, list};
use crate::attempts::lock_out;
use gatepost::db::Run;

use crate::support::{PASSWORD, TestApp, patient};

/// Makes an account with names.
async fn make(app: &TestApp, email: &str, nickname: &str, names: (&str, &str)) {
    let body = json!({
        "email": email, "nickname": nickname, "password": PASSWORD,
        "first_name": names.0, "last_name": names.1,
    });
    app.post_json("/users/", &body)
        .bearer(&app.admin().await.token)
        .await
        .expect(201);
}

/// The addresses that a query finds, before their at-signs.
pub async fn found(app: &TestApp, query: &str) -> Vec<String> {
    let page = list(app, &format!("limit=100&{query}")).await;
    let emails = each(&page, "email");
    assert_eq!(page["total"], emails.len(), "{query}");
    emails
        .into_iter()
        .map(|email| email.split('@').next().unwrap().to_owned())
        .collect()
}

async fn searched(app: &TestApp, text: &str) -> Vec<String> {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("q", text)
        .finish();
    found(app, &query).await
}

#[tokio::test]
async fn searches_nicknames_addresses_and_names_in_any_case() {
    let app = TestApp::start().await;
    make(&app, "jr@example.com", "sea-captain", ("Jane", "Roe")).await;
    make(&app, "ann@example.org", "Annabel", ("Änne", "O'Neil")).await;
    // A nickname that was made up may hold any of these texts.
    app.admin().await;
    let named = "UPDATE accounts SET nickname = 'x', nickname_key = 'x' WHERE email_key = 'admin@example.com'";
    assert_eq!(app.db.execute(named, &[]).await.unwrap(), 1);
    for (text, expected) in [
        ("captain", vec!["jr"]),
        ("SEA-CAP", vec!["jr"]),
        ("jr@", vec!["jr"]),
        ("EXAMPLE.ORG", vec!["ann"]),
        ("jane", vec!["jr"]),
        ("roe", vec!["jr"]),
        ("Jane Roe", vec!["jr"]),
        ("änne", vec!["ann"]),
        ("ÄNNE", vec!["ann"]),
        ("o'neil", vec!["ann"]),
        ("ann", vec!["ann"]),
        ("example.com", vec!["admin", "jr"]),
        ("nothing of that kind", vec![]),
    ] {
        assert_eq!(searched(&app, text).await, expected, "{text}");
    }
    assert_eq!(
        searched(&app, "").await.len(),
        3,
        "an empty search finds everybody"
    );
}

#[tokio::test]
async fn takes_the_signs_of_a_pattern_as_they_are() {
    let app = TestApp::start().await;
    make(
        &app,
        "a@example.com",
        "with_underscore",
        ("100%", "back\\slash"),
    )
    .await;
    make(
        &app,
        "b@example.com",
        "withXunderscore",
        ("1000", "backslash"),
    )
    .await;
    for (text, expected) in [
        ("with_", vec!["a"]),
        ("0%", vec!["a"]),
        ("k\\s", vec!["a"]),
        ("_%", vec![]),
        ("%", vec!["a"]),
        ("\\", vec!["a"]),
        ("'; DROP TABLE accounts; --", vec![]),
    ] {
        assert_eq!(searched(&app, text).await, expected, "{text}");
    }
}

#[tokio::test]
async fn follows_a_change_of_the_names() {
    let app = TestApp::start().await;
    make(&app, "jr@example.com", "captain", ("Jane", "Roe")).await;
    let page = list(&app, "q=roe").await;
    let body = json!({"last_name": "Doe", "first_name": null, "nickname": "pilot"});
    change(&app, app.admin().await, each(&page, "id")[0], &body)
        .await
        .expect(200);
    for (text, expected) in [
        ("roe", 0),
        ("jane", 0),
        ("captain", 0),
        ("doe", 1),
        ("pilot", 1),
    ] {
        assert_eq!(searched(&app, text).await.len(), expected, "{text}");
    }
}

#[tokio::test]
async fn filters_by_role() {
    let app = TestApp::start().await;
    app.user_with_role("boss@example.com", Role::Manager).await;
    app.verified_user("jane@example.com").await;
    app.register("ann@example.com").await;
    for (role, expected) in [
        ("ADMIN", "admin"),
        ("MANAGER", "boss"),
        ("AUTHENTICATED", "jane"),
        ("ANONYMOUS", "ann"),
    ] {
        assert_eq!(found(&app, &format!("role={role}")).await, [expected]);
    }
}

#[tokio::test]
async fn filters_by_lock_of_either_kind() {
    let app = TestApp::with(patient).await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.verified_user("ann@example.com").await;
    app.post(&format!("/users/{}/lock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    lock_out(&app, "ann@example.com").await;
    assert_eq!(found(&app, "is_locked=true").await, ["jane", "ann"]);
    assert_eq!(found(&app, "is_locked=false").await, ["admin"]);
    app.clock.advance(app.config.login.lock_first.get());
    assert_eq!(
        found(&app, "is_locked=true").await,
        ["jane"],
        "the lock-out has run out"
    );
    assert_eq!(found(&app, "is_locked=false").await, ["admin", "ann"]);
    let shown = list(&app, "q=ann@").await;
    assert_eq!(shown["items"][0]["is_locked"], false);
    assert!(links(&shown["items"][0]).contains(&("lock", "POST")));
}

#[tokio::test]
async fn filters_by_verification() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    app.register("ann@example.com").await;
    assert_eq!(found(&app, "email_verified=true").await, ["admin", "jane"]);
    assert_eq!(found(&app, "email_verified=false").await, ["ann"]);
}

#[tokio::test]
async fn combines_its_filters() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.verified_user("janet@example.com").await;
    app.register("janis@example.com").await;
    let admin = app.admin().await;
    app.post(&format!("/users/{}/lock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    assert_eq!(
        found(&app, "q=jan&email_verified=true").await,
        ["jane", "janet"]
    );
    assert_eq!(
        found(&app, "q=jan&email_verified=true&is_locked=false").await,
        ["janet"]
    );
    assert_eq!(
        found(&app, "q=jan&role=ANONYMOUS&sort=-email").await,
        ["janis"]
    );
    assert!(found(&app, "q=jan&role=ADMIN").await.is_empty());
}

#[tokio::test]
async fn refuses_filters_that_make_no_sense() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for (query, field, kind) in [
        ("role=KING", "role", "enum"),
        ("role=", "role", "enum"),
        ("is_locked=perhaps", "is_locked", "bool_parsing"),
        ("email_verified=", "email_verified", "bool_parsing"),
        ("created_from=yesterday", "created_from", "value_error"),
        ("created_from=", "created_from", "value_error"),
        ("created_to=2026-02-30", "created_to", "value_error"),
        (
            "created_to=2026-01-31T12:00:00",
            "created_to",
            "value_error",
        ),
        ("sort=updated_at", "sort", "enum"),
        ("sort=--email", "sort", "enum"),
        ("sort=", "sort", "enum"),
        ("q=a%00b", "q", "string_pattern_mismatch"),
    ] {
        let fault = app
            .get(&format!("/users/?{query}"))
            .bearer(token)
            .await
            .fault();
        assert_eq!(fault["type"], kind, "{query}");
        assert_eq!(fault["loc"], json!(["query", field]), "{query}");
    }
    let long = "x".repeat(401);
    let fault = app
        .get(&format!("/users/?q={long}"))
        .bearer(token)
        .await
        .fault();
    assert_eq!(fault["type"], "string_too_long");
    assert_ne!(fault["ctx"], Value::Null);
}
