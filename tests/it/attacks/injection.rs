//! SQL in every parameter: of the query, of the path and of every body. Texts are texts, and what sorts or filters is one
//! of the names that the document has.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::calls::without_limits;
use crate::support::contract;
use crate::support::{TestApp, app_with};

const TEXTS: [&str; 22] = [
    "'",
    "''",
    "\"",
    "`",
    "\\",
    "\\'",
    "';--",
    "' OR '1'='1",
    "' OR 1=1--",
    "\" OR \"\"=\"",
    "') OR ('a'='a",
    "1 OR 1=1",
    "1; DROP TABLE accounts; --",
    "'; DELETE FROM accounts; --",
    "' UNION SELECT password_hash FROM accounts--",
    "'||pg_sleep(5)||'",
    "1;SELECT pg_sleep(5)--",
    "' AND randomblob(500000000)--",
    "$1",
    "%",
    "_",
    "created_at; DROP TABLE accounts",
];

fn quoted(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn no_parameter_of_a_query_is_sql() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    app.verified_user("user@example.com").await;
    let before = app.things().await;
    let began = Instant::now();
    for operation in contract::operations().filter(|operation| !operation.query().is_empty()) {
        for name in operation.query() {
            for text in TEXTS {
                let target = format!("{}?{name}={}", operation.filled(&admin.id), quoted(text));
                let answer = app
                    .request(operation.method, &target)
                    .bearer(&admin.token)
                    .await;
                assert!(
                    matches!(answer.status, 200 | 400..500),
                    "{target}: {answer:#?}"
                );
                assert!(!answer.body.contains("argon2"), "{target}: {answer:#?}");
            }
        }
    }
    TestApp::assert_same(&before, &app.things().await, "afterwards");
    assert!(began.elapsed() < Duration::from_secs(30), "nothing sleeps");
}

#[tokio::test]
async fn a_search_finds_the_text_and_nothing_more() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.verified_user("user@example.com").await;
    for text in TEXTS.iter().filter(|text| !["_", "%"].contains(text)) {
        let found = app
            .get(&format!("/users/?q={}", quoted(text)))
            .bearer(&admin.token)
            .await;
        if found.status == 200 {
            assert_eq!(found.json()["total"], 0, "{text}");
        }
    }
    // The jokers of LIKE are letters like others.
    for text in ["%", "_", "user_example", "%@%", "\\%"] {
        let found = app
            .get(&format!("/users/?q={}", quoted(text)))
            .bearer(&admin.token)
            .await;
        assert_eq!(found.expect(200).json()["total"], 0, "{text}");
    }
    for sort in [
        "password_hash",
        "1",
        "email;",
        "email desc",
        "(SELECT 1)",
        "accounts.email",
        "-password_hash",
    ] {
        app.get(&format!("/users/?sort={}", quoted(sort)))
            .bearer(&admin.token)
            .await
            .expect(422);
    }
}

#[tokio::test]
async fn no_field_of_a_body_and_no_part_of_a_path_is_sql() {
    let app = app_with(without_limits).await;
    let admin = app.admin().await;
    let user = app.verified_user("user@example.com").await;
    let count = app.dump().await["accounts"].len();
    for operation in
        contract::operations().filter(super::super::support::contract::Operation::writes)
    {
        let Some((kind, sample)) = operation.sample() else {
            continue;
        };
        for name in sample.keys() {
            for text in TEXTS {
                let mut fields = sample.clone();
                fields.insert(name.clone(), json!(text));
                // What is a password in one field may be shown in another.
                app.forget_secrets();
                // Of an account that nobody has: what is made by it would only be in the way.
                let request = app.call(&operation, &uuid::Uuid::nil().to_string());
                request.bearer(&user.token).fields(kind, &fields).await;
            }
        }
    }
    for operation in contract::operations().filter(|operation| operation.path.contains('{')) {
        for text in TEXTS {
            let path = operation
                .filled(&quoted(text))
                .replace("a-token", &quoted(text));
            let answer = app
                .request(operation.method, &path)
                .bearer(&admin.token)
                .await;
            assert!(matches!(answer.status, 400..500), "{path}: {answer:#?}");
        }
    }
    let after = app.dump().await;
    assert!(after["accounts"].len() >= count);
    assert!(
        after["accounts"]
            .iter()
            .any(|row| row.contains("admin@example.com"))
    );
}

#[tokio::test]
async fn a_text_with_quotes_is_kept_as_it_was_typed() {
    let app = TestApp::start().await;
    let user = app.verified_user("user@example.com").await;
    for text in TEXTS {
        let change = json!({"first_name": text, "bio": text});
        let changed = app
            .put_json("/myaccount", &change)
            .bearer(&user.token)
            .await
            .expect(200)
            .json();
        assert_eq!(
            (&changed["first_name"], &changed["bio"]),
            (&json!(text), &json!(text))
        );
    }
}
