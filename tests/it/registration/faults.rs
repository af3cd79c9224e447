//! The catalogue of faults, field by field, as `POST /register/` reports them.

use serde_json::{Value, json};

use crate::support::people::with;
use crate::support::{PASSWORD, TestApp};

fn good() -> Value {
    json!({"email": "ann@example.com", "password": PASSWORD})
}

/// The only fault when `key` is sent as `value`.
async fn fault(app: &TestApp, key: &str, value: impl Into<Value>) -> Value {
    app.post_json("/register/", &with(&good(), key, value)).await.fault()
}

fn entry(kind: &str, field: &str, msg: &str, input: impl Into<Value>, ctx: Value) -> Value {
    json!({"type": kind, "loc": ["body", field], "msg": msg, "input": input.into(), "ctx": ctx})
}

#[tokio::test]
async fn names_every_missing_field_with_the_body_but_its_secrets() {
    let app = TestApp::start().await;
    let missing = |field: &str, input: Value| json!({"type": "missing", "loc": ["body", field], "msg": "Field required", "input": input});
    for (sent, shown) in [
        (json!({}), json!({})),
        (json!({"bio": "x", "more": {"token": "abc", "a": [1]}}), json!({"bio": "x", "more": {"token": null, "a": [1]}})),
    ] {
        let faults = app.post_json("/register/", &sent).await.faults();
        assert_eq!(faults, [missing("email", shown.clone()), missing("password", shown)]);
    }
    let faults = app.post_json("/register/", &json!({"password": PASSWORD, "nickname": "ann"})).await.faults();
    assert_eq!(faults, [missing("email", json!({"password": null, "nickname": "ann"}))]);
}

#[tokio::test]
async fn names_all_faults_at_once_in_the_order_of_the_schema() {
    let app = TestApp::start().await;
    let sent = json!({
        "password": "abc", "role": "KING", "github_profile_url": "ftp://x", "linkedin_profile_url": 7,
        "profile_picture_url": "x".repeat(256), "bio": "x".repeat(501), "last_name": [], "first_name": "x".repeat(101),
        "nickname": "a b", "email": "nobody",
    });
    let faults = app.post_json("/register/", &sent).await.faults();
    let told: Vec<(&str, &str)> =
        faults.iter().map(|fault| (fault["loc"][1].as_str().unwrap(), fault["type"].as_str().unwrap())).collect();
    assert_eq!(told, [
        ("email", "value_error"),
        ("nickname", "string_pattern_mismatch"),
        ("first_name", "string_too_long"),
        ("last_name", "string_type"),
        ("bio", "string_too_long"),
        ("profile_picture_url", "string_too_long"),
        ("linkedin_profile_url", "string_type"),
        ("github_profile_url", "value_error"),
        ("role", "enum"),
        ("password", "string_too_short"),
    ]);
}

#[tokio::test]
async fn asks_for_texts() {
    let app = TestApp::start().await;
    for value in [json!(1), json!(true), json!(1.5), json!([]), json!({"a": 1})] {
        for field in ["email", "nickname", "first_name", "bio", "github_profile_url"] {
            let wanted = json!({"type": "string_type", "loc": ["body", field], "msg": "Input should be a valid string", "input": value});
            assert_eq!(fault(&app, field, value.clone()).await, wanted);
        }
        let wanted = json!({"type": "string_type", "loc": ["body", "password"], "msg": "Input should be a valid string", "input": null});
        assert_eq!(fault(&app, "password", value).await, wanted);
    }
    assert_eq!(fault(&app, "email", Value::Null).await["type"], "string_type");
    assert_eq!(fault(&app, "password", Value::Null).await["type"], "string_type");
}

#[tokio::test]
async fn counts_characters_and_not_bytes() {
    let app = TestApp::start().await;
    for (field, least, most) in
        [("nickname", 3, 50), ("first_name", 0, 100), ("last_name", 0, 100), ("bio", 0, 500), ("password", 8, 128)]
    {
        let text = |length: usize| if field == "password" { "pässwörd-日本-🚀".chars().cycle().take(length).collect() } else { "ü".repeat(length) };
        let shown = |value: String| if field == "password" { Value::Null } else { value.into() };
        if least > 0 {
            let msg = format!("String should have at least {least} characters");
            let wanted = entry("string_too_short", field, &msg, shown(text(least - 1)), json!({"min_length": least}));
            assert_eq!(fault(&app, field, text(least - 1)).await, wanted);
        }
        let msg = format!("String should have at most {most} characters");
        let wanted = entry("string_too_long", field, &msg, shown(text(most + 1)), json!({"max_length": most}));
        assert_eq!(fault(&app, field, text(most + 1)).await, wanted);
        for (number, length) in [least.max(1), most].into_iter().enumerate() {
            let sent = with(&good(), "email", format!("{field}{number}@example.com"));
            app.post_json("/register/", &with(&sent, field, text(length))).await.expect(200);
        }
    }
}

#[tokio::test]
async fn holds_nicknames_to_their_characters() {
    let app = TestApp::start().await;
    for nickname in ["a b", "a.b", "a@b", "<b>", "a/b/c", "ab\n", "🚀🚀🚀", "a\u{0}b", "a\u{200b}b", "   "] {
        let wanted =
            entry("string_pattern_mismatch", "nickname", r"String should match pattern '^[\w-]+$'", nickname, json!({"pattern": r"^[\w-]+$"}));
        assert_eq!(fault(&app, "nickname", nickname).await, wanted);
    }
    let wanted = entry("string_too_short", "nickname", "String should have at least 3 characters", "", json!({"min_length": 3}));
    assert_eq!(fault(&app, "nickname", "").await, wanted);
}

#[tokio::test]
async fn asks_for_addresses_of_the_web() {
    let app = TestApp::start().await;
    let wrong = ["nonsense", "ftp://example.com", "javascript:alert(1)", "http://", "https:// x.com", "//example.com", "http://exa mple.com", "data:text/html,x", "https://\u{0}"];
    for field in ["profile_picture_url", "linkedin_profile_url", "github_profile_url"] {
        for url in wrong {
            let wanted = entry("value_error", field, "Value error, Invalid URL format", url, json!({"error": {}}));
            assert_eq!(fault(&app, field, url).await, wanted);
        }
        let long = format!("https://example.com/{}", "x".repeat(236));
        assert_eq!(long.len(), 256);
        let wanted = entry("string_too_long", field, "String should have at most 255 characters", long.clone(), json!({"max_length": 255}));
        assert_eq!(fault(&app, field, long).await, wanted);
    }
}

#[tokio::test]
async fn tells_why_an_address_is_none() {
    let app = TestApp::start().await;
    for (email, reason) in [
        ("x", "The email address is not valid. It must have exactly one @-sign."),
        ("", "The email address is not valid. It must have exactly one @-sign."),
        ("a@@b.com", "The email address is not valid. It must have exactly one @-sign."),
        ("a@", "There must be something after the @-sign."),
        ("@b.com", "There must be something before the @-sign."),
        ("a@localhost", "The part after the @-sign is not valid. It should have a period."),
        ("a@1.2.3.4", "The part after the @-sign is not valid. It is not within a valid top-level domain."),
        ("a@x.test", "The part after the @-sign is a special-use or reserved name that cannot be used with email."),
        ("a..b@example.com", "An email address cannot have two periods in a row."),
        (".a@example.com", "An email address cannot start with a period."),
        ("a.@example.com", "An email address cannot have a period immediately before the @-sign."),
        ("a b@example.com", "The email address contains invalid characters before the @-sign: SPACE."),
        ("a@b_c.com", "The part after the @-sign contains invalid characters: '_'."),
        ("\"a b\"@example.com", "Quoting the part before the @-sign is not allowed here."),
        ("a@[127.0.0.1]", "A bracketed IP address after the @-sign is not allowed here."),
    ] {
        let msg = format!("value is not a valid email address: {reason}");
        assert_eq!(fault(&app, "email", email).await, entry("value_error", "email", &msg, email, json!({"reason": reason})));
    }
    let long = format!("{}@example.com", "a".repeat(243));
    let wanted = entry("string_too_long", "email", "String should have at most 254 characters", long.clone(), json!({"max_length": 254}));
    assert_eq!(fault(&app, "email", long).await, wanted);
}

#[tokio::test]
async fn names_the_roles() {
    let app = TestApp::start().await;
    let expected = "'ANONYMOUS', 'AUTHENTICATED', 'MANAGER' or 'ADMIN'";
    for role in [json!("admin"), json!("KING"), json!(1), json!([])] {
        let wanted = entry("enum", "role", &format!("Input should be {expected}"), role.clone(), json!({"expected": expected}));
        assert_eq!(fault(&app, "role", role).await, wanted);
    }
}

#[tokio::test]
async fn tells_what_is_wrong_with_a_password_but_not_the_password() {
    let app = TestApp::start().await;
    for weak in ["password", "12345678", "PASSWORD123", "aaaaaaaaaa", "abcdefghij", "qwertyuiop"] {
        let fault = fault(&app, "password", weak).await;
        assert_eq!((&fault["type"], &fault["loc"]), (&json!("value_error"), &json!(["body", "password"])));
        assert_eq!((&fault["input"], &fault["ctx"]), (&Value::Null, &json!({"error": {}})));
        let msg = fault["msg"].as_str().unwrap();
        assert!(msg.starts_with("Value error, ") && msg.len() > 40, "{msg}");
    }
    let own = json!({"email": "annabella@example.com", "password": "annabella1"});
    assert_eq!(app.post_json("/register/", &own).await.fault()["loc"], json!(["body", "password"]));
}

#[tokio::test]
async fn takes_any_characters_as_a_password_and_cuts_nothing() {
    let app = TestApp::start().await;
    app.admin().await;
    let long = format!("{}é🚀", "long words that nobody guesses ".repeat(4));
    for (number, password) in ["  spaces around it  ", "nul\u{0}in the middle", "日本語のパスワード", &long].into_iter().enumerate() {
        let email = format!("user{number}@example.com");
        app.post_json("/register/", &json!({"email": email, "password": password})).await.expect(200);
        app.get(&app.verify_link(&email).await).await.expect(307);
        let log_in = |password: &str| app.post_form("/login/", &[("username", &email), ("password", password)]);
        log_in(password).await.expect(200);
        log_in(password.trim_end_matches([' ', '🚀', 'e', 'ド'])).await.expect(401);
    }
}

#[tokio::test]
async fn refuses_nul_in_texts() {
    let app = TestApp::start().await;
    for field in ["first_name", "last_name", "bio"] {
        let fault = fault(&app, field, "a\u{0}b").await;
        assert_eq!((&fault["type"], &fault["input"]), (&json!("string_pattern_mismatch"), &json!("a\u{0}b")));
    }
    assert_eq!(fault(&app, "email", "a\u{0}b@example.com").await["type"], "value_error");
}
