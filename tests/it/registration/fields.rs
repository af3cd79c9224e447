//! The rules of each field, as `POST /register/` reports them.

use serde_json::{Value, json};

use super::{entry, fault, good};
use crate::support::TestApp;
use crate::support::people::with;

#[tokio::test]
async fn counts_characters_and_not_bytes() {
    let app = TestApp::start().await;
    for (field, least, most) in [
        ("nickname", 3, 50),
        ("first_name", 0, 100),
        ("last_name", 0, 100),
        ("bio", 0, 500),
        ("password", 8, 128),
    ] {
        let text = |length: usize| {
            if field == "password" {
                "pässwörd-日本-🚀".chars().cycle().take(length).collect()
            } else {
                "ü".repeat(length)
            }
        };
        let shown = |value: String| {
            if field == "password" {
                Value::Null
            } else {
                value.into()
            }
        };
        if least > 0 {
            let msg = format!("String should have at least {least} characters");
            let wanted = entry(
                ["string_too_short", field, &msg],
                shown(text(least - 1)),
                &json!({"min_length": least}),
            );
            assert_eq!(fault(&app, field, text(least - 1)).await, wanted);
        }
        let msg = format!("String should have at most {most} characters");
        let wanted = entry(
            ["string_too_long", field, &msg],
            shown(text(most + 1)),
            &json!({"max_length": most}),
        );
        assert_eq!(fault(&app, field, text(most + 1)).await, wanted);
        for (number, length) in [least.max(1), most].into_iter().enumerate() {
            let sent = with(&good(), "email", format!("{field}{number}@example.com"));
            app.post_json("/register/", &with(&sent, field, text(length)))
                .await
                .expect(200);
        }
    }
}

#[tokio::test]
async fn holds_nicknames_to_their_characters() {
    let app = TestApp::start().await;
    for nickname in [
        "a b",
        "a.b",
        "a@b",
        "<b>",
        "a/b/c",
        "ab\n",
        "🚀🚀🚀",
        "a\u{0}b",
        "a\u{200b}b",
        "   ",
    ] {
        let wanted = entry(
            [
                "string_pattern_mismatch",
                "nickname",
                r"String should match pattern '^[\w-]+$'",
            ],
            nickname,
            &json!({"pattern": r"^[\w-]+$"}),
        );
        assert_eq!(fault(&app, "nickname", nickname).await, wanted);
    }
    let wanted = entry(
        [
            "string_too_short",
            "nickname",
            "String should have at least 3 characters",
        ],
        "",
        &json!({"min_length": 3}),
    );
    assert_eq!(fault(&app, "nickname", "").await, wanted);
}

#[tokio::test]
async fn asks_for_addresses_of_the_web() {
    let app = TestApp::start().await;
    let wrong = [
        "nonsense",
        "ftp://example.com",
        "javascript:alert(1)",
        "http://",
        "https:// x.com",
        "//example.com",
        "http://exa mple.com",
        "data:text/html,x",
        "https://\u{0}",
    ];
    for field in [
        "profile_picture_url",
        "linkedin_profile_url",
        "github_profile_url",
    ] {
        for url in wrong {
            let wanted = entry(
                ["value_error", field, "Value error, Invalid URL format"],
                url,
                &json!({"error": {}}),
            );
            assert_eq!(fault(&app, field, url).await, wanted);
        }
        let long = format!("https://example.com/{}", "x".repeat(236));
        assert_eq!(long.len(), 256);
        let wanted = entry(
            [
                "string_too_long",
                field,
                "String should have at most 255 characters",
            ],
            long.clone(),
            &json!({"max_length": 255}),
        );
        assert_eq!(fault(&app, field, long).await, wanted);
    }
}

/// The reasons are tested one by one in `email_address`; here, that they are told.
#[tokio::test]
async fn tells_why_an_address_is_none() {
    let app = TestApp::start().await;
    let at_sign = "The email address is not valid. It must have exactly one @-sign.";
    let periods = "An email address cannot have two periods in a row.";
    let reserved = "The part after the @-sign is a special-use or reserved name that cannot be used with email.";
    let space = "The email address contains invalid characters before the @-sign: SPACE.";
    let cases = [
        ("x", at_sign),
        ("", at_sign),
        ("a@@b.com", at_sign),
        ("a@", "There must be something after the @-sign."),
        ("@b.com", "There must be something before the @-sign."),
        ("a@x.test", reserved),
        ("a..b@example.com", periods),
        ("a b@example.com", space),
    ];
    for (email, reason) in cases {
        let msg = format!("value is not a valid email address: {reason}");
        let ctx = json!({"reason": reason});
        let wanted = entry(["value_error", "email", &msg], email, &ctx);
        assert_eq!(fault(&app, "email", email).await, wanted);
    }
    let long = format!("{}@example.com", "a".repeat(243));
    let msg = "String should have at most 254 characters";
    let ctx = json!({"max_length": 254});
    let wanted = entry(["string_too_long", "email", msg], long.clone(), &ctx);
    assert_eq!(fault(&app, "email", long).await, wanted);
}
