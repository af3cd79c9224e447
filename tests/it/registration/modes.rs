//! `registration.mode`: who can register, over the API and by the form.

use gatepost::config::{Config, RegistrationMode};
use gatepost::registration::{awaits_first, claim_link};
use serde_json::json;

use super::new;
use crate::support::{Answer, PASSWORD, TestApp};

pub fn mode(mode: RegistrationMode) -> impl FnOnce(&mut Config) {
    move |config| {
        config.registration.mode = mode;
        if mode == RegistrationMode::Domains {
            config.registration.domains = vec!["example.com".into(), "Example.ORG".into()];
        }
    }
}

/// A server with an administrator, by whose settings others register.
async fn server(wanted: RegistrationMode) -> (TestApp, TestApp) {
    let open = TestApp::start().await;
    open.admin().await;
    let app = open.second_node_with(mode(wanted)).await;
    (open, app)
}

async fn by_form(app: &TestApp, email: &str) -> Answer {
    app.post_form(
        "/register_with_form/",
        &[("email", email), ("password", PASSWORD)],
    )
    .header("accept", "text/html")
    .header("sec-fetch-site", "same-origin")
    .await
}

const CLOSED: [RegistrationMode; 2] = [RegistrationMode::Invite, RegistrationMode::Closed];

#[tokio::test]
async fn nobody_registers_where_it_is_by_invitation_or_closed() {
    for wanted in CLOSED {
        let (open, app) = server(wanted).await;
        let refusal = app.post_json("/register/", &new("ann@example.com")).await;
        let refusal = refusal.expect_refusal(403, "Registration is by invitation only.");
        assert_eq!(refusal.json()["code"], "registration_closed");
        let page = by_form(&app, "ann@example.com").await.expect(403);
        assert!(page.body.contains("Registration is by invitation only."));
        assert!(!page.body.contains("/register_with_form/"));
        assert_eq!(crate::accounts::list(&open, "").await["total"], 1);
        assert!(app.mails_to("ann@example.com").await.is_empty());
    }
}

#[tokio::test]
async fn a_refusal_tells_nothing_about_accounts() {
    for wanted in [
        RegistrationMode::Domains,
        RegistrationMode::Invite,
        RegistrationMode::Closed,
    ] {
        let (open, app) = server(wanted).await;
        open.verified_user("known@elsewhere.example").await;
        let mut known = app
            .post_json("/register/", &new("known@elsewhere.example"))
            .await;
        let mut unknown = app
            .post_json("/register/", &new("other@elsewhere.example"))
            .await;
        for answer in [&mut known, &mut unknown] {
            answer.headers.remove("x-request-id");
        }
        assert_eq!(
            (known.status, &known.headers, &known.body),
            (unknown.status, &unknown.headers, &unknown.body)
        );
        assert_eq!(known.status, 403);
    }
}

#[tokio::test]
async fn a_refusal_costs_no_hash() {
    for wanted in [
        RegistrationMode::Domains,
        RegistrationMode::Invite,
        RegistrationMode::Closed,
    ] {
        let app = TestApp::with(|config| {
            mode(wanted)(config);
            config.passwords.queue = 0;
        })
        .await;
        let answer = app.post_json("/register/", &new("ann@elsewhere.example"));
        answer.await.expect(403);
    }
}

#[tokio::test]
async fn the_network_that_asks_again_and_again_has_to_wait() {
    let app = TestApp::with(|config| {
        mode(RegistrationMode::Closed)(config);
        config.registration.per_network = 2;
    })
    .await;
    for status in [403, 403, 429] {
        let answer = app.post_json("/register/", &new("ann@example.com")).await;
        answer.expect(status);
    }
}

#[tokio::test]
async fn pages_offer_to_register_only_where_somebody_can() {
    for (wanted, is_offered) in [
        (RegistrationMode::Open, true),
        (RegistrationMode::Domains, true),
        (RegistrationMode::Invite, false),
        (RegistrationMode::Closed, false),
    ] {
        let (_, app) = server(wanted).await;
        for path in ["/", "/login-form"] {
            let page = app
                .get(path)
                .header("accept", "text/html")
                .await
                .expect(200);
            let offers = page.body.contains("href=\"/register-form\"");
            assert_eq!(offers, is_offered, "{wanted:?} {path}");
        }
        let page = app.browser().open("/register-form").await;
        let page = page.expect(200, "/register-form");
        assert_eq!(page.html.contains("/register_with_form/"), is_offered);
        if !is_offered {
            page.shows("By invitation");
            assert!(page.html.contains("href=\"/accept-invitation\""));
        }
    }
    let (_, app) = server(RegistrationMode::Domains).await;
    let page = app.browser().open("/register-form").await;
    page.shows("Only addresses at certain domains can register.");
}

#[tokio::test]
async fn the_first_to_register_is_administrator_only_where_everybody_can_register() {
    for wanted in [
        RegistrationMode::Domains,
        RegistrationMode::Invite,
        RegistrationMode::Closed,
    ] {
        let app = TestApp::with(mode(wanted)).await;
        assert!(!awaits_first(&app).await.unwrap(), "{wanted:?}");
        if wanted == RegistrationMode::Domains {
            let user = app.register("ann@example.com").await;
            assert_eq!(user["role"], "ANONYMOUS");
            assert_eq!(user["email_verified"], false);
        }
        // The start prints a link instead.
        let link = claim_link(&app).await.unwrap().expect("no administrator");
        let path = link.strip_prefix("http://localhost:8000").unwrap();
        let fields = [("email", "boss@elsewhere.example"), ("password", PASSWORD)];
        app.post_form(path, &fields).await.expect(303);
        let token = app.log_in("boss@elsewhere.example").await;
        let me = app.get("/myaccount").bearer(&token).await.expect(200);
        assert_eq!(me.json()["role"], "ADMIN");
        app.post_form(path, &fields).await.expect(400);
    }
    let app = TestApp::start().await;
    assert!(awaits_first(&app).await.unwrap());
}

#[tokio::test]
async fn no_field_of_the_body_opens_the_gate() {
    let (_, app) = server(RegistrationMode::Closed).await;
    let mut body = new("ann@example.com");
    for key in ["role", "invitation", "token", "mode", "is_admin", "code"] {
        body[key] = json!("ADMIN");
    }
    app.post_json("/register/?mode=open", &body)
        .await
        .expect(403);
    app.post_json("/api/register", &body).await.expect(403);
}
