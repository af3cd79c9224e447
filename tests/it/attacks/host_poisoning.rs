//! Host poisoning: links in mails, and where answers lead, come from the settings, whatever a request says of the host.

use serde_json::{Value, json};

use crate::support::calls::without_limits;
use crate::support::client::Request;
use crate::support::{PASSWORD, TestApp, app_with};

/// Ways to claim another host. The host of the settings stays the one that links lead to.
const CLAIMS: [(&str, &str); 18] = [
    ("host", "evil.example"),
    ("host", "evil.example:8000"),
    ("host", "localhost:8000@evil.example"),
    ("host", "localhost:8000.evil.example"),
    ("host", "evil.example#localhost:8000"),
    ("host", "localhost:1"),
    ("host", "localhost:8000, evil.example"),
    ("host", "LOCALHOST:8000"),
    ("host", ""),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-host", "localhost:8000, evil.example"),
    ("x-host", "evil.example"),
    ("x-forwarded-server", "evil.example"),
    ("x-forwarded-proto", "javascript"),
    ("x-forwarded-port", "1"),
    ("x-forwarded-prefix", "/evil.example"),
    ("forwarded", "host=evil.example;proto=https"),
    ("x-original-host", "evil.example"),
];

const PUBLIC: &str = "http://localhost:8000";

/// Every mail that was written so far.
async fn all_mails(app: &TestApp) -> Vec<Value> {
    gatepost::jobs::run_due(app, gatepost::app::WORK)
        .await
        .unwrap();
    let mails = app.get("/dev/mail.json").await.expect(200).json();
    mails["items"].as_array().expect("a list").clone()
}

/// Every address in the mails, whether it stands in a link or in the text.
fn addresses(mail: &Value) -> Vec<String> {
    let texts = ["text", "html", "subject"].map(|part| mail[part].as_str().unwrap_or_default());
    let words = texts
        .iter()
        .flat_map(|text| text.split(|c: char| c.is_whitespace() || "\"'<>()".contains(c)));
    let found = words.filter(|word| word.contains("://") || word.starts_with("//"));
    found.map(str::to_owned).collect()
}

async fn assert_mails_lead_home(app: &TestApp, least: usize) {
    let mails = all_mails(app).await;
    assert!(mails.len() >= least, "{} mails", mails.len());
    let mut links = 0;
    for mail in &mails {
        assert!(!mail.to_string().contains("evil"), "{mail:#}");
        for address in addresses(mail) {
            let rest = address.strip_prefix(PUBLIC);
            assert!(
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
                "{address} in {mail:#}"
            );
            links += 1;
        }
    }
    assert!(links >= least, "{links} links");
}

async fn with_claim(request: Request<'_>, (name, value): (&str, &str)) {
    let answer = request.header(name, value).await;
    assert!(
        !answer.body.contains("evil.example"),
        "{name}: {value}: {answer:#?}"
    );
    assert!(
        !answer.header("location").contains("evil"),
        "{name}: {value}: {answer:#?}"
    );
}

#[tokio::test]
async fn every_mail_leads_to_the_site_of_the_settings() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    for (number, claim) in CLAIMS.into_iter().enumerate() {
        let email = format!("new{number}@example.com");
        let new = json!({"email": email, "password": PASSWORD});
        with_claim(app.post_json("/register/", &new), claim).await;
        let mail = json!({"email": email});
        with_claim(app.post_json("/verify-email/resend", &mail), claim).await;
        let known = json!({"email": admin.email});
        with_claim(app.post_json("/forgot-password", &known), claim).await;
        let invitation =
            json!({"email": format!("guest{number}@example.com"), "role": "AUTHENTICATED"});
        with_claim(
            app.post_json("/invitations", &invitation)
                .bearer(&admin.token),
            claim,
        )
        .await;
        let moving = json!({"email": format!("moved{number}@example.com")});
        let moving = app
            .request("PUT", "/myaccount")
            .json(&moving)
            .bearer(&admin.token);
        with_claim(moving, claim).await;
    }
    assert_mails_lead_home(&app, 4 * CLAIMS.len()).await;
}

#[tokio::test]
async fn every_mail_that_a_form_asks_for_leads_to_the_site_of_the_settings() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    for (number, claim) in CLAIMS.into_iter().enumerate() {
        let email = format!("new{number}@example.com");
        let fields = [("email", email.as_str()), ("password", PASSWORD)];
        with_claim(
            app.post_form("/register_with_form/", &fields)
                .header("sec-fetch-site", "same-origin"),
            claim,
        )
        .await;
        for path in ["/forgot-password-form", "/resend-verification"] {
            for email in [email.as_str(), &admin.email] {
                let request = app
                    .post_form(path, &[("email", email)])
                    .header("sec-fetch-site", "same-origin");
                with_claim(request, claim).await;
            }
        }
    }
    assert_mails_lead_home(&app, 2 * CLAIMS.len()).await;
}

#[tokio::test]
async fn a_notice_leads_to_the_site_of_the_settings() {
    let app = app_with(without_limits).await;
    let user = app.verified_user("user@example.com").await;
    for claim in CLAIMS {
        for _ in 0..6 {
            let wrong = [
                ("username", user.email.as_str()),
                ("password", "Another+5678"),
            ];
            with_claim(app.post_form("/login/", &wrong), claim).await;
        }
    }
    assert_mails_lead_home(&app, 1).await;
}

#[tokio::test]
async fn no_answer_leads_to_a_host_that_the_request_names() {
    let app = TestApp::start().await;
    app.admin().await;
    for claim in CLAIMS {
        for path in [
            "/",
            "/login-form",
            "/dashboard",
            "/history",
            "/confirm-password",
            "/openapi.json",
            "/docs",
            "/.well-known/jwks.json",
            "/nothing",
        ] {
            with_claim(app.get(path).header("accept", "text/html"), claim).await;
        }
        with_claim(app.post("/logout"), claim).await;
    }
}

#[tokio::test]
async fn a_whole_address_in_the_request_line_changes_no_link() {
    let app = app_with(without_limits).await;
    app.admin().await;
    let server = app.listen().await;
    let body = r#"{"email": "admin@example.com"}"#;
    for (target, host) in [
        ("http://evil.example/forgot-password", "evil.example"),
        ("https://evil.example/forgot-password", "evil.example"),
        ("http://evil.example/forgot-password", "localhost:8000"),
        ("/forgot-password", "evil.example"),
    ] {
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let answer = server.exchange(format!("{head}{body}").as_bytes()).await;
        let expected = if target.contains(host) || target.starts_with('/') {
            "200"
        } else {
            "400"
        };
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {expected}")),
            "{target}: {answer}"
        );
    }
    server.stop().await;
    assert_mails_lead_home(&app, 1).await;
}
