//! Who is calling: where a token may stand, which one counts, and that the database has the last word.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn takes_the_scheme_in_any_case() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        app.get("/myaccount")
            .header("authorization", format!("{scheme} {}", admin.token))
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn prefers_a_valid_header_to_the_cookie() {
    let app = TestApp::start().await;
    let (admin, ann) = (
        app.admin().await.clone(),
        app.verified_user("ann@example.com").await,
    );
    let who = async |header: &str, cookie: &str| {
        let answer = app
            .get("/myaccount")
            .bearer(header)
            .cookie("access_token", cookie)
            .await;
        answer.expect(200).json()["email"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(who(&ann.token, &admin.token).await, "ann@example.com");
    assert_eq!(who(&ann.token, "stale").await, "ann@example.com");
    let over = app.log_in("admin@example.com").await;
    app.post("/logout").bearer(&over).await.expect(303);
    assert_eq!(who(&ann.token, &over).await, "ann@example.com");
}

#[tokio::test]
async fn finds_the_cookie_among_others() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let line = format!(
        "theme=dark; access_token={}; _ga=GA1.2.3=4; broken",
        admin.token
    );
    app.get("/myaccount")
        .header("cookie", line)
        .await
        .expect(200);
    app.get("/myaccount")
        .header("cookie", format!("xaccess_token={}", admin.token))
        .await
        .expect(401);
}

#[tokio::test]
async fn reads_no_token_from_the_query_or_the_body() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for name in ["access_token", "token", "authorization"] {
        app.get(&format!("/myaccount?{name}={}", admin.token))
            .await
            .expect(401);
        app.put_json("/myaccount/", &json!({name: admin.token, "bio": "x"}))
            .await
            .expect(401);
    }
}

#[tokio::test]
async fn feels_a_change_of_role_at_the_next_request() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let ann = app.verified_user("ann@example.com").await;
    let list = |token: &str| app.get("/users/").bearer(token);
    let set = async |role: &str| {
        let change = json!({"role": role});
        app.put_json(&format!("/users/{}", ann.id), &change)
            .bearer(&admin.token)
            .await
            .expect(200);
    };
    let refused = "Operation not permitted";
    list(&ann.token).await.expect_refusal(403, refused);
    set("MANAGER").await;
    list(&ann.token).await.expect(200);
    // One that may do less ends the session.
    set("AUTHENTICATED").await;
    list(&ann.token).await.expect(401);
    let token = app.log_in(&ann.email).await;
    list(&token).await.expect_refusal(403, refused);
    set("ADMIN").await;
    list(&token).await.expect(200);
}

#[tokio::test]
async fn lets_a_cookie_change_things_only_from_our_own_pages() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let change = |name: &str, value: &str| {
        app.put_json("/myaccount/", &json!({"bio": value}))
            .cookie("access_token", &admin.token)
            .header(name, value)
    };
    for (name, value) in [
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-site", "none"),
        ("origin", "http://localhost:8000"),
        ("x-other", "no browser"),
    ] {
        change(name, value).await.expect(200);
    }
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "nonsense"),
        ("origin", "null"),
        ("origin", "http://localhost:8001"),
        ("origin", "https://localhost.evil.example"),
        ("origin", ""),
    ] {
        change(name, value).await.expect(403);
    }
    // A token in the header is sent by no browser on its own, and reading changes nothing.
    let by_header = app
        .put_json("/myaccount/", &json!({"bio": "by header"}))
        .bearer(&admin.token);
    by_header
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://evil.example")
        .await
        .expect(200);
    let reading = app
        .get("/myaccount")
        .cookie("access_token", &admin.token)
        .header("sec-fetch-site", "cross-site");
    assert_eq!(reading.await.expect(200).json()["bio"], "by header");
}
