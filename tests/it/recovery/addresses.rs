//! Where mails go, and where their links lead: never where a request wants.

use gatepost::config::SmtpTls;
use gatepost::db::Run;
use gatepost::mail;
use serde_json::json;
use tokio::sync::watch;

use super::{ask, code_in, mails, new_code, reset, work};
use crate::support::smtp_sink::Sink;
use crate::support::{PASSWORD, TestApp, app_with};

/// Every recipient of the outbox.
async fn recipients(app: &TestApp) -> Vec<String> {
    let sql = "SELECT recipient FROM outbox ORDER BY created_at, id";
    let rows = app.db.all(sql, &[]).await.unwrap();
    rows.iter()
        .map(|row| row.get("recipient").unwrap())
        .collect()
}

#[tokio::test]
async fn mails_the_address_as_its_owner_gave_it() {
    let app = TestApp::start().await;
    app.verified_user("Jörg.Müller@münchen.example").await;
    for typed in [
        "JÖRG.MÜLLER@MÜNCHEN.example",
        "jörg.müller@xn--mnchen-3ya.example",
        " jo\u{308}rg.mu\u{308}ller@münchen.example ",
    ] {
        ask(&app, typed).await;
        work(&app).await;
    }
    let all = recipients(&app).await;
    assert_eq!(all.iter().filter(|to| to.starts_with("Jörg")).count(), 4);
    // And to nobody else but the administrator of the test.
    assert!(
        all.iter()
            .all(|to| to == "Jörg.Müller@münchen.example" || to == "admin@example.com"),
        "{all:?}"
    );
}

#[tokio::test]
async fn an_address_that_only_looks_alike_gets_nothing() {
    let app = TestApp::start().await;
    app.verified_user("admin.mike@example.com").await;
    let before = recipients(&app).await;
    for typed in [
        "adm\u{131}n.mike@example.com",
        "\u{430}dmin.mike@example.com",
        "admin.mi\u{212a}e@example.com",
        "\u{ff41}dmin.mike@example.com",
        "admin.mike\u{200b}@example.com",
        "admin.mike+x@example.com",
        "adminmike@example.com",
        "admin.mike@example.com.",
        "admin.mike@examp\u{200d}le.com",
        "admin.mike@ex\u{430}mple.com",
    ] {
        let answer = app
            .post_json("/forgot-password", &json!({"email": typed}))
            .await;
        assert!([200, 422].contains(&answer.status), "{answer:#?}");
        work(&app).await;
    }
    let all = recipients(&app).await;
    // Some of these are spellings of the same address: then its own form is written to.
    let mut new = all.iter().skip(before.len());
    assert!(new.all(|to| to == "admin.mike@example.com"), "{all:?}");
}

#[tokio::test]
async fn refuses_two_addresses_and_what_could_become_two() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let before = recipients(&app).await.len();
    for typed in [
        "jane@example.com,eve@evil.example",
        "jane@example.com;eve@evil.example",
        "jane@example.com eve@evil.example",
        "jane@example.com\r\nBcc: eve@evil.example",
        "jane@example.com\nRCPT TO:<eve@evil.example>",
        "jane@example.com\0eve@evil.example",
        "jane@example.com%0d%0abcc:eve@evil.example",
        "\"jane@example.com\"@evil.example",
        "\"jane@example.com,eve\"@evil.example",
        "Jane <jane@example.com>",
        "eve@evil.example <jane@example.com>",
        "<jane@example.com>",
        "eve@evil.example(jane@example.com)",
        "jane@example.com(eve@evil.example)",
        "jane@[127.0.0.1]",
        "jane%example.com@evil.example ,",
        "@evil.example:jane@example.com",
    ] {
        let answer = app.post_json("/forgot-password", &json!({"email": typed}));
        answer.await.expect(422);
        let answer = app.post_form("/forgot-password", &[("email", typed)]);
        answer.await.expect(422);
    }
    // A field twice: of those the last counts, and it is one address.
    app.post("/forgot-password")
        .body(
            "application/json",
            r#"{"email": "jane@example.com", "email": "eve@evil.example"}"#,
        )
        .await
        .expect(200);
    work(&app).await;
    assert_eq!(recipients(&app).await.len(), before);
}

#[tokio::test]
async fn a_mail_server_is_told_one_recipient() {
    let sink = Sink::start();
    let app = app_with(|config| {
        config.public_url = Some("https://accounts.example.com".parse().unwrap());
        config.mail.from = "Gatepost <no-reply@example.com>".into();
        config.mail.smtp_host = "127.0.0.1".into();
        config.mail.smtp_port = sink.port;
        config.mail.smtp_tls = SmtpTls::None;
    })
    .await;
    let body = json!({"email": "Jane@Example.com", "password": PASSWORD, "first_name": "Jane\r\nBcc: eve@evil.example"});
    app.post_json("/register/", &body).await.expect(200);
    ask(&app, "JANE@EXAMPLE.COM").await;
    work(&app).await;
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(mail::run((*app).clone(), stopped));
    let taken = sink.wait_for(2).await;
    stop.send(true).unwrap();
    worker.await.unwrap();
    for mail in &taken {
        assert_eq!(mail.to, ["<Jane@example.com>"]);
        let (head, _) = mail.data.split_once("\r\n\r\n").unwrap();
        assert!(!head.to_lowercase().contains("bcc"), "{head}");
        assert_eq!(head.matches("To: ").count(), 1, "{head}");
    }
}

/// Headers by which a request could claim to have come to somewhere else.
const CLAIMS: [(&str, &str); 9] = [
    ("host", "evil.example"),
    ("host", "localhost:8000@evil.example"),
    ("host", "evil.example:8000"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("forwarded", "host=evil.example;proto=https"),
    ("x-original-url", "https://evil.example/"),
    ("x-host", "evil.example"),
    ("origin", "https://evil.example"),
];

#[tokio::test]
async fn links_come_from_the_settings_whatever_a_request_claims() {
    let app = app_with(|config| {
        config.http.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        config.mail.asked_per_address = 1000;
    })
    .await;
    app.verified_user("jane@example.com").await;
    app.register("new@example.com").await;
    for (name, value) in CLAIMS {
        for (path, email) in [
            ("/forgot-password", "jane@example.com"),
            ("/verify-email/resend", "new@example.com"),
        ] {
            let request = app.post_json(path, &json!({"email": email}));
            // What is no host at all may be refused.
            let status = request.header(name, value).await.status;
            assert!([200, 400].contains(&status), "{name}: {value}: {status}");
        }
    }
    let target = "http://evil.example/forgot-password";
    let request = app.post_json(target, &json!({"email": "jane@example.com"}));
    request.header("host", "evil.example").await.expect(200);
    let all = [
        app.mails_to("jane@example.com").await,
        app.mails_to("new@example.com").await,
    ]
    .concat();
    assert!(all.len() > CLAIMS.len(), "{}", all.len());
    for mail in all {
        assert!(
            !mail.text.contains("evil") && !mail.html.contains("evil"),
            "{mail:#?}"
        );
        for link in &mail.links {
            assert!(link.starts_with("http://localhost:8000/"), "{link}");
        }
    }
}

#[tokio::test]
async fn on_the_wire_no_form_of_a_request_moves_a_link() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let server = app.listen().await;
    let body = r#"{"email": "jane@example.com"}"#;
    let rest = format!(
        "content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    for head in [
        "POST http://evil.example/forgot-password HTTP/1.1\r\nhost: evil.example\r\n",
        "POST http://evil.example/forgot-password HTTP/1.1\r\nhost: localhost:8000\r\n",
        "POST /forgot-password HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: evil.example\r\n",
        "POST /forgot-password HTTP/1.1\r\nhost: localhost:8000\r\nhost: evil.example\r\n",
        "POST /forgot-password HTTP/1.0\r\n",
    ] {
        server.exchange(format!("{head}{rest}").as_bytes()).await;
    }
    server.stop().await;
    let mails = mails(&app, "jane@example.com").await;
    assert!(!mails.is_empty());
    for mail in &mails {
        assert!(!mail.text.contains("evil"), "{mail:#?}");
    }
    // And what was mailed last is what works.
    let code = code_in(&mails[0]);
    reset(&app, &code, super::NEW).await.expect(204);
}

#[tokio::test]
async fn the_code_stands_in_no_path_and_no_query() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let code = new_code(&app, "jane@example.com").await;
    let mail = mails(&app, "jane@example.com").await.remove(0);
    for link in &mail.links {
        let (before, _) = link.split_once('#').unwrap_or((link, ""));
        assert!(!before.contains(&code) && !before.contains('?'), "{link}");
    }
    // A browser sends this much of the link; the page knows nothing of the code.
    let page = app.get("/reset-password").await.expect(200);
    assert!(page.body.contains("data-from-fragment"), "{}", page.body);
    app.get(&format!("/reset-password?token={code}"))
        .await
        .expect(200);
    app.get(&format!("/reset-password/{code}"))
        .await
        .expect(404);
    reset(&app, &code, super::NEW).await.expect(204);
}
