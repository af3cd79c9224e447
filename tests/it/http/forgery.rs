//! Forged requests: what another site makes a browser send has no effect. The cookie's part is in `sessions/caller.rs`.

use crate::support::{PASSWORD, TestApp};

const FORGED: [(&str, &str); 5] = [
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
    ("origin", "https://evil.example"),
    ("origin", "null"),
    ("origin", "http://localhost:8001"),
];

const OWN: [(&str, &str); 3] = [
    ("sec-fetch-site", "same-origin"),
    ("sec-fetch-site", "none"),
    ("origin", "http://localhost:8000"),
];

#[tokio::test]
async fn every_form_is_taken_only_from_our_own_pages() {
    let app = TestApp::start().await;
    app.admin().await;
    let login = [("username", "admin@example.com"), ("password", PASSWORD)];
    for (name, value) in FORGED {
        for path in ["/login_with_form/", "/register_with_form/"] {
            let refusal = app
                .post_form(path, &login)
                .header(name, value)
                .await
                .expect(403);
            assert_eq!(refusal.json()["code"], "forged_request", "{path}");
            assert!(refusal.set_cookies().is_empty());
        }
    }
    for (number, (name, value)) in OWN.into_iter().enumerate() {
        app.post_form("/login_with_form/", &login)
            .header(name, value)
            .await
            .expect(303);
        let email = format!("user{number}@example.com");
        let new = [("email", email.as_str()), ("password", PASSWORD)];
        app.post_form("/register_with_form/", &new)
            .header(name, value)
            .await
            .expect(303);
    }
}

#[tokio::test]
async fn a_person_sees_a_page_that_says_what_to_do() {
    let app = TestApp::start().await;
    let request = app
        .post_form("/login_with_form/", &[])
        .header("sec-fetch-site", "cross-site")
        .header("accept", "text/html");
    let page = request.await.expect(403);
    assert_eq!(page.media_type(), "text/html");
    assert!(page.body.contains("Reload the page"), "{}", page.body);
}

#[tokio::test]
async fn the_site_of_the_settings_is_our_own_behind_a_proxy() {
    let app = TestApp::with(|config| {
        config.public_url = Some("https://accounts.example.com".parse().unwrap());
    })
    .await;
    let send = |origin: &str| {
        app.post_form("/login_with_form/", &[])
            .header("host", "10.0.0.7:8000")
            .header("origin", origin)
    };
    send("https://accounts.example.com").await.expect(422);
    send("http://accounts.example.com").await.expect(403);
    send("https://accounts.example.com.evil.example")
        .await
        .expect(403);
}

#[tokio::test]
async fn the_api_needs_no_page() {
    let app = TestApp::start().await;
    app.admin().await;
    // These look at no cookie, so nobody can misuse one.
    let login = [("username", "admin@example.com"), ("password", PASSWORD)];
    app.post_form("/login/", &login)
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://spa.example")
        .await
        .expect(200);
}
