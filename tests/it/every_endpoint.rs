//! Every operation of the document, tried without credentials, with wrong ones and with too weak ones.
//!
//! A new operation must ask for a caller, or stand in a list here. The lists may only shrink.

use gatepost::roles::Role;

use crate::support::client::Request;
use crate::support::contract::{self, Operation};
use crate::support::source::assert_none;
use crate::support::{Person, TestApp};

/// Operations that serve everybody.
const PUBLIC: &[&str] = &[
    // Supervisors and load balancers have no account. Strangers learn that the server is up, or not.
    "health_live",
    "health_ready",
    "invitations_accept",
    "keys_publish",
    "login_password",
    "recovery_request",
    "recovery_reset",
    "registration_register",
    "sessions_logout",
    "sessions_refresh",
    "verification_confirm",
    "verification_resend",
    "verification_undo",
    "verification_verify",
];

/// Operations that serve everybody who is signed in, whatever his role.
const FOR_ALL_ROLES: &[&str] = &[
    "history_list",
    "leaving_delete",
    "leaving_export",
    "profile_change_password",
    "profile_show",
    "profile_update",
    "sessions_list",
    "sessions_revoke",
    "sessions_revoke_others",
    "step_up_confirm",
];

fn protected() -> impl Iterator<Item = Operation> {
    contract::operations().filter(|operation| !PUBLIC.contains(&operation.id()))
}

fn for_staff() -> impl Iterator<Item = Operation> {
    protected().filter(|operation| !FOR_ALL_ROLES.contains(&operation.id()))
}

fn request<'a>(app: &'a TestApp, operation: &Operation, id: &str) -> Request<'a> {
    app.request(
        operation.method,
        &operation
            .path
            .replace("{user_id}", id)
            .replace("{session_id}", id)
            .replace("{invitation_id}", id)
            .replace("{note_id}", id)
            .replace("{token}", "a-token"),
    )
}

#[test]
fn the_lists_name_operations_that_exist_and_agree_with_the_document() {
    let mut faults = Vec::new();
    for operation in contract::operations() {
        let (id, is_listed) = (operation.id(), PUBLIC.contains(&operation.id()));
        if operation.is_public() && !is_listed {
            faults.push(format!(
                "{id} is public in the document. Ask for a `Caller`, or argue for it in `PUBLIC`."
            ));
        }
        if !operation.is_public() && is_listed {
            faults.push(format!(
                "{id} asks for credentials: take it out of `PUBLIC`."
            ));
        }
    }
    let ids: Vec<&str> = contract::operations()
        .map(|operation| operation.id())
        .collect();
    let gone = PUBLIC
        .iter()
        .chain(FOR_ALL_ROLES)
        .filter(|id| !ids.contains(*id));
    faults
        .extend(gone.map(|id| format!("{id} is no operation any more: take it out of its list.")));
    assert_none(&faults, "tests/it/every_endpoint.rs:");
}

#[tokio::test]
async fn refuses_who_has_no_credentials() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for operation in protected() {
        let refusal = request(&app, &operation, &admin.id)
            .await
            .expect_refusal(401, "Authentication required");
        assert_eq!(refusal.json()["code"], "authentication_required");
        // Who is asking comes before what is asked: no fault of the path is told to strangers.
        request(&app, &operation, "no-uuid")
            .await
            .expect_refusal(401, "Authentication required");
    }
}

#[tokio::test]
async fn refuses_tokens_that_are_not_ours() {
    let (app, elsewhere) = (TestApp::start().await, TestApp::start().await);
    let admin = app.admin().await;
    let foreign = &elsewhere.admin().await.token;
    for operation in protected() {
        for token in forgeries(&admin.token).iter().chain([foreign]) {
            request(&app, &operation, &admin.id)
                .bearer(token)
                .await
                .expect_refusal(401, "Authentication required");
            request(&app, &operation, &admin.id)
                .cookie("access_token", token)
                .await
                .expect(401);
        }
        for header in [
            "",
            "Bearer",
            "Bearer ",
            "Basic YWRtaW46YWRtaW4=",
            &admin.token,
            "bearer\u{ff}",
        ] {
            request(&app, &operation, &admin.id)
                .header("authorization", header)
                .await
                .expect(401);
        }
        let mut in_query = request(&app, &operation, &admin.id);
        in_query.target = format!("{}?access_token={}", in_query.target, admin.token);
        in_query.await.expect(401);
    }
}

/// The token changed in ways that must break it.
fn forgeries(token: &str) -> Vec<String> {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("{token} is no JWT")
    };
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    let hmac = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"at+jwt"}"#);
    let decoded = String::from_utf8(URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    let older = URL_SAFE_NO_PAD.encode(decoded.replacen("\"exp\":", "\"exp\":1", 1));
    vec![
        "nonsense".to_owned(),
        "a.b.c".to_owned(),
        format!("{none}.{claims}."),
        format!("{hmac}.{claims}.{signature}"),
        format!("{header}.{older}.{signature}"),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{header}.{claims}.{}", "A".repeat(86)),
        format!("{token}.{token}"),
    ]
}

#[tokio::test]
async fn refuses_a_session_that_is_over() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let [logged_out, deleted, locked] = [
        staff(&app, "out").await,
        staff(&app, "gone").await,
        staff(&app, "locked").await,
    ];
    app.post("/logout")
        .bearer(&logged_out.token)
        .await
        .expect(303);
    app.delete(&format!("/users/{}", deleted.id))
        .bearer(&admin.token)
        .await
        .expect(204);
    app.post(&format!("/users/{}/lock", locked.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    for operation in protected() {
        for person in [&logged_out, &deleted, &locked] {
            let refused = request(&app, &operation, &admin.id)
                .bearer(&person.token)
                .await;
            refused.expect_refusal(401, "Authentication required");
        }
    }
    app.clock.advance(app.config.session.lifetime.get());
    for operation in protected() {
        request(&app, &operation, &admin.id)
            .bearer(&admin.token)
            .await
            .expect(401);
    }
}

async fn staff(app: &TestApp, name: &str) -> Person {
    app.user_with_role(&format!("{name}@example.com"), Role::Admin)
        .await
}

#[tokio::test]
async fn refuses_roles_that_are_too_weak() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let person = app.verified_user("person@example.com").await;
    let demoted = app
        .user_with_role("demoted@example.com", Role::Manager)
        .await;
    let change = serde_json::json!({"role": "AUTHENTICATED"});
    app.put_json(&format!("/users/{}", demoted.id), &change)
        .bearer(&admin.token)
        .await
        .expect(200);
    let demoted = Person {
        token: app.log_in(&demoted.email).await,
        ..demoted
    };
    for operation in for_staff() {
        for weak in [&person, &demoted] {
            for id in [&admin.id, "no-uuid"] {
                let refusal = request(&app, &operation, id).bearer(&weak.token).await;
                let refusal = refusal.expect_refusal(403, "Operation not permitted");
                assert_eq!(refusal.json()["code"], "not_permitted");
            }
        }
    }
    // Nothing of all that has had an effect.
    assert_eq!(
        app.get("/users/")
            .bearer(&admin.token)
            .await
            .expect(200)
            .json()["total"],
        3
    );
}

#[tokio::test]
async fn refuses_changes_that_another_site_sends_with_the_cookie() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for operation in protected().filter(|operation| operation.method != "GET") {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let request = request(&app, &operation, &admin.id).cookie("access_token", &admin.token);
            let refusal = request.header(name, value).await.expect(403);
            assert_eq!(refusal.json()["code"], "forged_request", "{operation:?}");
        }
    }
}
