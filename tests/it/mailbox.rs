//! The development mailbox: its pages, its list for tests, and whom it refuses.

use gatepost::email_address::EmailAddress;
use gatepost::mail::{self, Message};
use serde_json::{Value, json};

use crate::support::{TestApp, app_with};

async fn items(app: &TestApp, path: &str) -> Vec<Value> {
    app.get(path).await.expect(200).json()["items"]
        .as_array()
        .unwrap()
        .clone()
}

async fn write_to(app: &TestApp, to: &str, name: &str) {
    let message = &Message {
        to: EmailAddress::parse(to).unwrap(),
        template: "verification/verify_email",
        context: json!({"name": name, "url": "http://localhost:8000/verify-email/1/t?a=1&b=2", "expires_in": "24 hours"}),
    };
    app.db
        .transaction(|tx| async move { mail::enqueue(&tx, app, message.clone()).await })
        .await
        .unwrap();
}

#[tokio::test]
async fn lists_mails_newest_first() {
    let app = app_with(|_| ()).await;
    let page = app.get("/dev/mail").await.expect(200).body;
    assert!(page.contains("No mail yet"), "{page}");

    write_to(&app, "ann@example.org", "Ann").await;
    app.clock.advance(std::time::Duration::from_secs(1));
    write_to(&app, "ben@example.org", "Ben").await;
    let page = app.get("/dev/mail").await.expect(200).body;
    let ann = page.find("to ann@example.org").unwrap();
    let ben = page.find("to ben@example.org").unwrap();
    assert!(ben < ann, "{page}");

    let items = items(&app, "/dev/mail.json").await;
    let to: Vec<_> = items
        .iter()
        .map(|item| item["to"].as_str().unwrap())
        .collect();
    assert_eq!(to, ["ben@example.org", "ann@example.org"]);
    let mail = &items[1];
    assert_eq!(mail["subject"], "Confirm your address for Gatepost");
    assert_eq!(
        mail["links"],
        json!(["http://localhost:8000/verify-email/1/t?a=1&b=2"])
    );
    assert!(mail["text"].as_str().unwrap().starts_with("Hello Ann,"));
    assert!(mail["html"].as_str().unwrap().contains("<!doctype html>"));
    assert!(mail["created_at"].as_str().unwrap().ends_with('Z'));
    assert!(page.contains(&format!("/dev/mail/{}", mail["id"].as_str().unwrap())));
}

#[tokio::test]
async fn finds_the_mails_of_one_address() {
    let app = app_with(|_| ()).await;
    write_to(&app, "ann@example.org", "Ann").await;
    write_to(&app, "ann+1@münchen.example", "Ann").await;
    for (to, found) in [
        ("ann@example.org", 1),
        ("ann%40EXAMPLE.org", 1),
        ("ann%2B1@m%C3%BCnchen.example", 1),
        ("ann%2B1@xn--mnchen-3ya.example", 1),
        ("ben@example.org", 0),
        ("nothing", 0),
    ] {
        assert_eq!(
            items(&app, &format!("/dev/mail.json?to={to}")).await.len(),
            found,
            "{to}"
        );
    }
}

#[tokio::test]
async fn shows_a_mail_with_links_that_work() {
    let app = app_with(|_| ()).await;
    write_to(&app, "ann@example.org", "<script>alert(1)</script>").await;
    let id = items(&app, "/dev/mail.json").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();

    let answer = app.get(&format!("/dev/mail/{id}")).await.expect(200);
    let page = &answer.body;
    let link = "http://localhost:8000/verify-email/1/t?a=1&amp;b=2";
    assert!(
        page.contains(&format!("<a href=\"{link}\">{link}</a>")),
        "{page}"
    );
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(
        page.replace("&#x2f;", "/")
            .contains(&format!("src=\"/dev/mail/{id}/html\"")),
        "{page}"
    );
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-src 'self'"),
        "{policy}"
    );

    let answer = app.get(&format!("/dev/mail/{id}/html")).await.expect(200);
    let html = &answer.body;
    assert!(
        html.contains("Confirm my address") && !html.contains("<script>"),
        "{html}"
    );
    let policy = answer.header("content-security-policy");
    for rule in [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "frame-ancestors 'self'",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert_eq!(answer.header("x-frame-options"), "SAMEORIGIN");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn knows_no_other_mails() {
    let app = app_with(|_| ()).await;
    for id in ["0193a1b2-0000-7000-8000-000000000001", "x", "..%2f"] {
        app.get(&format!("/dev/mail/{id}")).await.expect(404);
        app.get(&format!("/dev/mail/{id}/html")).await.expect(404);
    }
}

#[tokio::test]
async fn can_be_emptied() {
    let app = app_with(|_| ()).await;
    write_to(&app, "ann@example.org", "Ann").await;
    app.delete("/dev/mail").await.expect(204);
    assert!(items(&app, "/dev/mail.json").await.is_empty());
}

#[tokio::test]
async fn exists_only_under_a_name_of_this_machine() {
    let app = app_with(|_| ()).await;
    write_to(&app, "ann@example.org", "Ann").await;
    for (host, status) in [
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("app.localhost:8000", 200),
        ("evil.example:8000", 404),
        ("localhost.evil.example", 404),
        ("127.0.0.1.evil.example", 404),
        ("192.0.2.1:8000", 404),
        ("[2001:db8::1]:8000", 404),
    ] {
        for path in ["/dev/mail", "/dev/mail.json"] {
            assert_eq!(
                app.get(path).header("host", host).await.status,
                status,
                "{host}{path}"
            );
        }
    }
    app.get("http://evil.example/dev/mail").await.expect(400);
}

#[tokio::test]
async fn exists_only_for_somebody_at_this_machine() {
    let app =
        app_with(|config| config.http.trusted_proxies = vec!["127.0.0.1".parse().unwrap()]).await;
    app.get("/dev/mail")
        .header("x-forwarded-for", "127.0.0.1")
        .await
        .expect(200);
    for path in ["/dev/mail", "/dev/mail.json"] {
        app.get(path)
            .header("x-forwarded-for", "192.0.2.1")
            .await
            .expect(404);
    }
    app.delete("/dev/mail")
        .header("x-forwarded-for", "192.0.2.1")
        .await
        .expect(404);
}

#[tokio::test]
async fn exists_only_in_development() {
    let app = app_with(|config| config.mail.smtp_host = "mail.example.com".into()).await;
    for path in [
        "/dev/mail",
        "/dev/mail.json",
        "/dev/mail/0193a1b2-0000-7000-8000-000000000001",
    ] {
        app.get(path).await.expect(404);
    }
    let app = app_with(|config| {
        config.public_url = Some("https://accounts.example.com".parse().unwrap());
    })
    .await;
    app.get("/dev/mail").await.expect(404);
}
