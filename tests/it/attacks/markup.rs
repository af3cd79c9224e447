//! Markup in texts: what people type is shown as they typed it, in every page and every mail, and never becomes markup.

use serde_json::{Value, json};

use crate::every_get;
use crate::support::calls::without_limits;
use crate::support::{Browser, PASSWORD, Person, TestApp, app_with, contract};

/// What would be a tag, end a tag, an attribute or a text, or run as a template.
const MARKS: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</textarea></title><svg onload=alert(1)>",
    "{{ 12345*6789 }}{% raw %}",
    "<!--<a href=\"https://evil.example\">click</a>",
];

/// What no page may hold unless it was escaped.
const RAW: [&str; 8] = [
    "<script>alert",
    "<img src=x",
    "onerror=alert(1)>",
    "' onmouseover='",
    "</textarea></title>",
    "<svg",
    "83810205",
    "<a href=\"https://evil",
];

fn assert_escaped(html: &str, what: &str) {
    // The own mark at the top of every page is a picture of this kind.
    let html = html
        .replace("<svg class", "")
        .replace("<svg xmlns", "")
        .replace("<svg viewBox", "")
        .replace("<svg aria", "")
        .replace("<svg width", "");
    for raw in RAW {
        assert!(!html.contains(raw), "{what} has {raw} in it:\n{html}");
    }
}

async fn assert_pages_are_clean(browser: &Browser<'_>, id: &str) {
    for path in every_get::pages() {
        if path.contains("{file}") || path.contains(".json") || path.starts_with("/assets") {
            continue;
        }
        let path = every_get::filled(&path, id);
        let page = browser.open(&path).await;
        assert_escaped(&page.html, &path);
    }
}

async fn assert_mails_are_clean(app: &TestApp) {
    gatepost::jobs::run_due(app, gatepost::app::WORK)
        .await
        .unwrap();
    let mails = app.get("/dev/mail.json").await.expect(200).json();
    for mail in mails["items"].as_array().expect("a list") {
        assert_escaped(mail["html"].as_str().expect("html"), "a mail");
        let subject = mail["subject"].as_str().expect("a subject");
        assert!(!subject.contains(['\r', '\n']), "{subject:?}");
    }
}

async fn signed_in<'a>(app: &'a TestApp, person: &Person) -> Browser<'a> {
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let form = form
        .fill("username", &person.email)
        .fill("password", PASSWORD);
    browser.submit(&form).await.expect(200, "/dashboard");
    browser
}

#[tokio::test]
async fn names_and_texts_stay_texts_in_pages_and_mails() {
    let app = app_with(|config| {
        without_limits(config);
        config.product = "\"><img src=x onerror=alert(1)>".into();
    })
    .await;
    let admin = app.admin().await;
    for (number, mark) in MARKS.into_iter().enumerate() {
        let user = app
            .verified_user(&format!("user{number}@example.com"))
            .await;
        let change = json!({"first_name": mark, "last_name": mark, "bio": mark});
        app.put_json("/myaccount", &change)
            .bearer(&user.token)
            .await
            .expect(200);
        let browser = signed_in(&app, &user).await;
        assert_pages_are_clean(&browser, &user.id).await;
        // Mails that speak to him by his name.
        app.post_json("/forgot-password", &json!({"email": user.email}))
            .await
            .expect(200);
        app.put_json(
            "/myaccount",
            &json!({"email": format!("moved{number}@example.com")}),
        )
        .bearer(&user.token)
        .await;
        let change =
            json!({"current_password": PASSWORD, "password": "correct horse battery staple"});
        app.post_json("/myaccount/password", &change)
            .bearer(&user.token)
            .await;
        app.post_json(
            "/invitations",
            &json!({"email": format!("guest{number}@example.com")}),
        )
        .bearer(&admin.token)
        .await;
    }
    let browser = signed_in(&app, admin).await;
    assert_pages_are_clean(&browser, &admin.id).await;
    assert_mails_are_clean(&app).await;
}

#[tokio::test]
async fn what_was_typed_wrong_comes_back_as_text() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    for mark in MARKS {
        let browser = signed_in(&app, admin).await;
        for (page, action, field) in [
            ("/login-form", "/login_with_form/", "username"),
            ("/register-form", "/register_with_form/", "email"),
            ("/register-form", "/register_with_form/", "nickname"),
            (
                "/register-form",
                "/register_with_form/",
                "profile_picture_url",
            ),
            ("/forgot-password-form", "/forgot-password-form", "email"),
            ("/dashboard", "/dashboard/profile", "linkedin_profile_url"),
            ("/dashboard", "/dashboard/profile", "nickname"),
        ] {
            let form = browser.open(page).await.form(action).fill(field, mark);
            let answer = browser.submit(&form).await;
            assert_escaped(&answer.html, &format!("{action} with {field}"));
        }
    }
}

#[tokio::test]
async fn what_a_request_says_is_not_shown_as_markup() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    for mark in MARKS {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(
                ["next", "done", "token", "q", "before", "email", "error"].map(|name| (name, mark)),
            )
            .finish();
        let in_path: String = form_urlencoded::byte_serialize(mark.as_bytes()).collect();
        for path in [
            "/",
            "/login-form",
            "/register-form/done",
            "/history",
            "/reset-password",
            "/docs",
            "/redoc",
            "/dev/mail",
        ] {
            let request = app
                .get(&format!("{path}?{query}"))
                .header("accept", "text/html")
                .header("user-agent", mark);
            let answer = request
                .header("referer", mark)
                .cookie("access_token", &admin.token)
                .await;
            assert_escaped(&answer.body, path);
        }
        for path in [
            "/nothing/",
            "/users/",
            "/verify-email/x/",
            "/claim/",
            "/docs/",
            "/dev/mail/",
        ] {
            let answer = app
                .get(&format!("{path}{in_path}"))
                .header("accept", "text/html")
                .await;
            if answer.media_type() == "text/html" {
                assert_escaped(&answer.body, path);
            }
        }
    }
}

#[tokio::test]
async fn what_a_browser_calls_itself_is_shown_as_text() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    // It is told in the list of sessions and in what has happened.
    let login = app.post_form(
        "/login_with_form/",
        &[("username", &admin.email), ("password", PASSWORD)],
    );
    let answer = login.header("user-agent", MARKS[1]).await.expect(303);
    let cookie = answer.set_cookies()[0]
        .split(['=', ';'])
        .nth(1)
        .expect("a value")
        .to_owned();
    for path in every_get::pages().iter().filter(|path| !path.contains('{')) {
        let answer = app
            .get(path)
            .header("accept", "text/html")
            .cookie("access_token", &cookie)
            .await;
        if answer.media_type() == "text/html" {
            assert_escaped(&answer.body, path);
        }
    }
}

#[tokio::test]
async fn json_is_never_taken_for_a_page() {
    let app = TestApp::start().await;
    let user = app.verified_user("user@example.com").await;
    let change = json!({"bio": MARKS[0]});
    let answer = app
        .put_json("/myaccount", &change)
        .bearer(&user.token)
        .await
        .expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(
        answer.json()["bio"],
        Value::from(MARKS[0]),
        "kept as it was typed"
    );
}

#[tokio::test]
async fn addresses_of_profiles_lead_to_the_web_and_nowhere_else() {
    let app = TestApp::start().await;
    let user = app.verified_user("user@example.com").await;
    for scheme in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "https:evil",
        "file:///etc/passwd",
        "\u{1}javascript:alert(1)",
    ] {
        for field in [
            "profile_picture_url",
            "linkedin_profile_url",
            "github_profile_url",
        ] {
            app.put_json("/myaccount", &json!({field: scheme}))
                .bearer(&user.token)
                .await
                .expect(422);
        }
    }
}

#[tokio::test]
async fn every_password_field_hides_what_is_typed_and_names_its_purpose() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    let browser = signed_in(&app, admin).await;
    let mut fields = 0;
    for path in every_get::pages() {
        // A page for those who are out, and one for those who are in.
        for html in [
            browser
                .open(&every_get::filled(&path, &admin.id))
                .await
                .html,
            app.browser()
                .open(&every_get::filled(&path, &admin.id))
                .await
                .html,
        ] {
            for input in html
                .split("<input")
                .skip(1)
                .filter_map(|rest| rest.split('>').next())
            {
                let is_password = input.contains("name=\"")
                    && input.contains("password\"")
                    && !input.contains("type=\"hidden\"");
                if !is_password {
                    continue;
                }
                fields += 1;
                assert!(input.contains("type=\"password\""), "{path}: {input}");
                let purposes = ["current-password", "new-password"];
                assert!(
                    purposes
                        .iter()
                        .any(|purpose| input.contains(&format!("autocomplete=\"{purpose}\""))),
                    "{path}: {input}"
                );
                assert!(
                    !input.contains("readonly") && !input.contains("maxlength"),
                    "nothing keeps a manager from filling it in: {input}"
                );
            }
            assert!(!html.contains("onpaste"), "{path}");
        }
    }
    assert!(fields >= 4, "{fields}");
    let script = crate::support::source::read("assets/gatepost.js");
    assert!(!script.contains("paste"), "no script gets between");
}

#[tokio::test]
async fn no_page_and_no_operation_knows_hints_or_secret_questions() {
    let app = app_with(without_limits).await;
    let mut texts = vec![("the document".to_owned(), contract::DOCUMENT.to_string())];
    for path in every_get::pages()
        .into_iter()
        .filter(|path| !path.contains("{file}"))
    {
        let page = app
            .browser()
            .open(&every_get::filled(&path, &uuid::Uuid::nil().to_string()))
            .await;
        texts.push((path, page.html));
    }
    for (place, text) in texts {
        let text = text.to_lowercase();
        for words in [
            "secret question",
            "security question",
            "security_question",
            "secret_question",
            "password hint",
            "password_hint",
            "maiden",
            "favourite",
            "first pet",
        ] {
            assert!(!text.contains(words), "{place} asks for {words}");
        }
    }
}
