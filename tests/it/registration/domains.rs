//! `registration.mode = "domains"`: which addresses are at a listed domain.

use gatepost::config::RegistrationMode;

use super::{modes::mode, new};
use crate::support::TestApp;

async fn app(domains: &[&str]) -> TestApp {
    TestApp::with(|config| {
        mode(RegistrationMode::Domains)(config);
        config.registration.domains = domains.iter().map(ToString::to_string).collect();
    })
    .await
}

async fn status(app: &TestApp, email: &str) -> u16 {
    app.post_json("/register/", &new(email)).await.status
}

#[tokio::test]
async fn whoever_has_an_address_there_registers() {
    let app = app(&["example.com", "Example.ORG"]).await;
    for email in [
        "a@example.com",
        "b@EXAMPLE.COM",
        " c@Example.Com ",
        "d@example.org",
        "e+tag@example.org",
        "f@ｅｘａｍｐｌｅ.com",
    ] {
        assert_eq!(status(&app, email).await, 200, "{email}");
    }
}

#[tokio::test]
async fn nobody_else_does() {
    let app = app(&["example.com"]).await;
    for email in [
        "a@elsewhere.example",
        "a@sub.example.com",
        "a@example.com.evil.example",
        "a@notexample.com",
        "a@example.co",
        "a@example.comm",
        "example.com@evil.example",
        "a+example.com@evil.example",
        "a@exämple.com",
        // The Cyrillic letter that looks like an a.
        "a@ex\u{430}mple.com",
    ] {
        let refusal = app.post_json("/register/", &new(email)).await;
        let text = "Registration is not open to addresses at this domain.";
        let refusal = refusal.expect_refusal(403, text);
        assert_eq!(refusal.json()["code"], "domain_not_allowed", "{email}");
    }
}

#[tokio::test]
async fn what_is_no_address_is_told_as_ever() {
    let app = app(&["example.com"]).await;
    for email in [
        "a@example.com.",
        "a@example.com@evil.example",
        "a@evil.example,b@example.com",
        "a@evil.example\u{0}@example.com",
        "a@.example.com",
        "@example.com",
        "\"a@evil.example\"@example.com",
    ] {
        assert_eq!(status(&app, email).await, 422, "{email:?}");
    }
}

#[tokio::test]
async fn a_domain_of_another_script_is_known_in_all_its_forms() {
    for listed in [
        "münchen.example",
        "xn--mnchen-3ya.example",
        "MÜNCHEN.example",
    ] {
        let app = app(&[listed]).await;
        for (number, domain) in [
            "münchen.example",
            "MÜNCHEN.EXAMPLE",
            "mu\u{308}nchen.example",
            "xn--mnchen-3ya.example",
            "XN--MNCHEN-3YA.example",
        ]
        .iter()
        .enumerate()
        {
            let email = format!("a{number}@{domain}");
            assert_eq!(status(&app, &email).await, 200, "{listed} {email}");
        }
        assert_eq!(status(&app, "a@munchen.example").await, 403);
    }
}
