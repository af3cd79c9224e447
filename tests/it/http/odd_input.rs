//! Odd input, thrown at every operation: whatever comes, the answer is a documented one and never a fault of the program.

use proptest::prelude::*;

use crate::support::contract;
use crate::support::{PASSWORD, TestApp};

const KINDS: [&str; 5] =
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=X", "text/plain", "\u{ff}"];

fn bodies() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = [
        "", "null", "[]", "{}", "0", "\"\"", "{\"email\": NaN}", "{\"email\": \"\\ud800\"}", "{\"email\": \"\\u0000\"}", "[[[[]]]]",
        "{\"email\": 9223372036854775809}", "{\"email\": {}}", "{\"\": \"\"}", "{\"email\": [\"a@b.co\"]}", "username=%00&password=%ff",
        "--X\r\n\r\n--X--", "--X\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\n",
        "{\"password\": null, \"current_password\": 1}", "{\"role\": \"ADMIN\", \"role\": null}", "{\"bio\": \"\\u0000\"}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    bodies.push(vec![0xff, 0xfe, 0x00]);
    bodies.push("[".repeat(60_000).into_bytes());
    bodies.push("{\"a\":".repeat(10_000).into_bytes());
    bodies.push(vec![b'['; 100_000]);
    bodies
}

#[tokio::test]
async fn every_operation_survives_every_body() {
    let app = TestApp::with(|config| {
        config.login.failures_per_network = 1_000_000;
        config.registration.per_network = 1_000_000;
    })
    .await;
    let admin = app.admin().await;
    for operation in contract::operations() {
        // These would end what the others need.
        if operation.id() == "sessions_logout" {
            continue;
        }
        let path = operation.path.replace("{user_id}", &uuid::Uuid::nil().to_string()).replace("{token}", "token");
        for body in bodies() {
            for kind in KINDS {
                app.request(operation.method, &path).bearer(&admin.token).body(kind, body.clone()).await;
            }
        }
    }
}

#[tokio::test]
async fn every_operation_survives_every_path() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let odd = ["0", "-1", "9223372036854775809", "%00", "%ff", "%2e%2e", "..%2f..", "null", "%F0%9F%9A%80", "a'b", "{user_id}", "%7B%7D", "%25"];
    for operation in contract::operations().filter(|operation| operation.path.contains('{')) {
        for text in odd {
            let path = operation.path.replace("{user_id}", text).replace("{token}", text).replace(['{', '}'], "");
            let answer = app.request(operation.method, &path).bearer(&admin.token).await;
            assert!(matches!(answer.status, 400 | 404 | 422), "{path}: {answer:#?}");
        }
    }
}

#[tokio::test]
async fn every_operation_survives_odd_headers() {
    let app = TestApp::start().await;
    let odd = [
        ("authorization", "\u{ff}"), ("authorization", "Bearer \u{1F680}"), ("authorization", "Bearer a b c"), ("cookie", "\u{ff}=\u{ff}"),
        ("cookie", ";;;===;"), ("cookie", "access_token"), ("cookie", "access_token=\"\""), ("content-type", ""), ("content-type", ";;;"),
        ("accept", "\u{ff}"), ("accept", ",,,"), ("origin", "\u{ff}"), ("host", ""), ("host", "[::"), ("x-forwarded-for", ",,,"),
        ("user-agent", "\u{ff}"), ("if-none-match", "\u{ff}"), ("sec-fetch-site", "\u{ff}"), ("accept-language", "x"),
    ];
    for operation in contract::operations() {
        let path = operation.path.replace("{user_id}", &uuid::Uuid::nil().to_string()).replace("{token}", "token");
        for (name, value) in odd {
            app.request(operation.method, &path).header(name, value).await;
        }
    }
    for path in ["/", "/dashboard", "/login-form", "/nothing", "/openapi.json"] {
        for (name, value) in odd {
            app.get(path).header(name, value).await;
        }
    }
}

/// Something like JSON, with the keys that mean something here.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null), any::<bool>().prop_map(Into::into), any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into), any::<String>().prop_map(Into::into), Just("ann@example.com".into()), Just(PASSWORD.into()),
    ];
    let key = prop_oneof![Just("email".to_owned()), Just("password".to_owned()), Just("nickname".to_owned()), Just("role".to_owned()), Just("bio".to_owned()), any::<String>()];
    leaf.prop_recursive(3, 20, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map(key.clone(), inner, 0..6).prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Sends each sample to the application; the client of the tests judges every answer.
fn throw<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, path: &str, kind: &str, encode: impl Fn(&T) -> Vec<u8>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let app = runtime.block_on(TestApp::with(|config| {
        config.login.failures_per_network = 1_000_000;
        config.registration.per_network = 1_000_000;
    }));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() });
    let thrown = runner.run(&strategy, |sample| {
        let answer = runtime.block_on(app.post(path).body(kind, encode(&sample)).into_future());
        prop_assert!(answer.status < 500, "{answer:#?}");
        Ok(())
    });
    thrown.unwrap_or_else(|failure| panic!("{failure}"));
    runtime.block_on(app.close());
}

#[test]
fn any_json_ends_well() {
    throw(json(), "/register/", "application/json", |sample| sample.to_string().into_bytes());
}

#[test]
fn any_bytes_end_well_as_json() {
    throw(prop::collection::vec(any::<u8>(), 0..200), "/register/", "application/json", Clone::clone);
}

#[test]
fn any_text_that_looks_like_json_ends_well() {
    throw("[\\[\\]{}:,\"a-z0-9\\\\. ]{0,80}", "/register/", "application/json", |text: &String| text.clone().into_bytes());
}

#[test]
fn any_bytes_end_well_as_a_form() {
    throw(prop::collection::vec(any::<u8>(), 0..200), "/login/", "application/x-www-form-urlencoded", Clone::clone);
}

#[test]
fn any_name_and_password_end_well() {
    throw((any::<String>(), any::<String>()), "/login/", "application/x-www-form-urlencoded", |(name, password)| {
        let pairs = [("username", name), ("password", password)];
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes()
    });
}

#[test]
fn any_bytes_end_well_as_multipart() {
    throw("(--X|--X--|\r\n|Content-Disposition: form-data; name=\"username\"|[ -~]{0,5}){0,12}", "/login/", "multipart/form-data; boundary=X", |text: &String| text.clone().into_bytes());
}
