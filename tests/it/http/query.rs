//! Query parameters: their types, their ranges, and all of their faults at once.

use serde_json::{Value, json};

use crate::support::TestApp;

async fn faults(app: &TestApp, query: &str) -> Vec<Value> {
    let admin = app.admin().await;
    app.get(&format!("/users/?{query}"))
        .bearer(&admin.token)
        .await
        .faults()
}

fn not_a_number(name: &str, input: &str) -> Value {
    json!({"type": "int_parsing", "loc": ["query", name],
        "msg": "Input should be a valid integer, unable to parse string as an integer", "input": input})
}

#[tokio::test]
async fn integers_are_integers() {
    let app = TestApp::start().await;
    for (sent, text) in [
        ("x", "x"),
        ("", ""),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        ("0x10", "0x10"),
        ("%00", "\0"),
        ("NaN", "NaN"),
        ("1%2C000", "1,000"),
        ("%D9%A3", "٣"),
    ] {
        assert_eq!(
            faults(&app, &format!("limit={sent}")).await,
            [not_a_number("limit", text)],
            "{sent}"
        );
        assert_eq!(
            faults(&app, &format!("skip={sent}")).await,
            [not_a_number("skip", text)],
            "{sent}"
        );
    }
}

#[tokio::test]
async fn ranges_are_kept() {
    let app = TestApp::start().await;
    let below = |name: &str, least: i64, input: Value| {
        json!({"type": "greater_than_equal", "loc": ["query", name],
            "msg": format!("Input should be greater than or equal to {least}"), "input": input, "ctx": {"ge": least}})
    };
    let above = |name: &str, most: i64, input: Value| {
        json!({"type": "less_than_equal", "loc": ["query", name],
            "msg": format!("Input should be less than or equal to {most}"), "input": input, "ctx": {"le": most}})
    };
    assert_eq!(faults(&app, "limit=0").await, [below("limit", 1, json!(0))]);
    assert_eq!(
        faults(&app, "limit=-5").await,
        [below("limit", 1, json!(-5))]
    );
    assert_eq!(
        faults(&app, "limit=101").await,
        [above("limit", 100, json!(101))]
    );
    assert_eq!(faults(&app, "skip=-1").await, [below("skip", 0, json!(-1))]);
}

#[tokio::test]
async fn numbers_beyond_all_types_are_out_of_range() {
    let app = TestApp::start().await;
    for number in [
        "9223372036854775807",
        "9223372036854775809",
        "18446744073709551616",
        "99999999999999999999999999999999999999",
    ] {
        for (query, kind) in [
            (format!("limit={number}"), "less_than_equal"),
            (format!("limit=-{number}"), "greater_than_equal"),
            (format!("skip=-{number}"), "greater_than_equal"),
        ] {
            let told = faults(&app, &query).await;
            assert_eq!(told[0]["type"], kind, "{query}: {told:?}");
        }
        let admin = app.admin().await;
        app.get(&format!("/users/?skip={}", number.repeat(20)))
            .bearer(&admin.token)
            .await
            .expect(422);
        let answer = app
            .get(&format!("/users/?skip={number}"))
            .bearer(&admin.token)
            .await;
        assert!(matches!(answer.status, 200 | 422), "{answer:#?}");
    }
}

#[tokio::test]
async fn all_faults_come_at_once_in_the_order_of_the_schema() {
    let app = TestApp::start().await;
    let told = faults(&app, "sort=nothing&created_to=x&role=KING&email_verified=maybe&is_locked=maybe&limit=0&skip=x&created_from=yesterday").await;
    let fields: Vec<&str> = told
        .iter()
        .map(|fault| fault["loc"][1].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        [
            "skip",
            "limit",
            "role",
            "is_locked",
            "email_verified",
            "created_from",
            "created_to",
            "sort"
        ]
    );
    assert_eq!(told[2]["type"], "enum");
    assert_eq!(told[3]["type"], "bool_parsing");
}

#[tokio::test]
async fn of_a_repeated_parameter_the_last_counts_and_unknown_ones_are_ignored() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let ask = async |query: &str| {
        app.get(&format!("/users/?{query}"))
            .bearer(&admin.token)
            .await
    };
    ask("limit=0&limit=5").await.expect(200);
    ask("limit=5&limit=0").await.expect(422);
    ask("nothing=x&%FF=%FF&a=b=c&&=").await.expect(200);
    ask("limit=%2B5").await.expect(200);
    ask("limit=+5").await.expect(200);
}

#[tokio::test]
async fn odd_texts_find_nobody() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for text in [
        "%25",
        "_",
        "%27%20OR%201=1--",
        "%F0%9F%9A%80",
        "%ED%A0%80",
        "%FF%FE",
        "%5C",
        "%5C%25",
    ] {
        let page = app
            .get(&format!("/users/?q={text}"))
            .bearer(&admin.token)
            .await
            .expect(200)
            .json();
        assert_eq!(page["total"], 0, "{text}: {page:#}");
    }
    assert_eq!(
        faults(&app, "q=a%00b").await[0]["type"],
        "string_pattern_mismatch"
    );
    assert_eq!(
        faults(&app, &format!("q={}", "x".repeat(401))).await[0]["type"],
        "string_too_long"
    );
}
