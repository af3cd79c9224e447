//! Odd input, thrown at every operation: whatever comes, the answer is a documented one and never a fault of the program.

use crate::support::TestApp;
use crate::support::contract;

const KINDS: [&str; 5] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=X",
    "text/plain",
    "\u{ff}",
];

fn bodies() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = [
        "",
        "null",
        "[]",
        "{}",
        "0",
        "\"\"",
        "{\"email\": NaN}",
        "{\"email\": \"\\ud800\"}",
        "{\"email\": \"\\u0000\"}",
        "[[[[]]]]",
        "{\"email\": 9223372036854775809}",
        "{\"email\": {}}",
        "{\"\": \"\"}",
        "{\"email\": [\"a@b.co\"]}",
        "username=%00&password=%ff",
        "--X\r\n\r\n--X--",
        "--X\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\n",
        "{\"password\": null, \"current_password\": 1}",
        "{\"role\": \"ADMIN\", \"role\": null}",
        "{\"bio\": \"\\u0000\"}",
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
        let path = operation.filled(&uuid::Uuid::nil().to_string());
        for body in bodies() {
            for kind in KINDS {
                app.request(operation.method, &path)
                    .bearer(&admin.token)
                    .body(kind, body.clone())
                    .await;
            }
        }
    }
}

#[tokio::test]
async fn every_operation_survives_every_path() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let odd = [
        "0",
        "-1",
        "9223372036854775809",
        "%00",
        "%ff",
        "%2e%2e",
        "..%2f..",
        "null",
        "%F0%9F%9A%80",
        "a'b",
        "{user_id}",
        "%7B%7D",
        "%25",
    ];
    for operation in contract::operations().filter(|operation| operation.path.contains('{')) {
        for text in odd {
            let path = operation.filled(text).replace("a-token", text);
            let path = path.replace(['{', '}'], "");
            let answer = app
                .request(operation.method, &path)
                .bearer(&admin.token)
                .await;
            assert!(
                matches!(answer.status, 400 | 404 | 422),
                "{path}: {answer:#?}"
            );
        }
    }
}

#[tokio::test]
async fn every_operation_survives_odd_headers() {
    let app = TestApp::start().await;
    let odd = [
        ("authorization", "\u{ff}"),
        ("authorization", "Bearer \u{1F680}"),
        ("authorization", "Bearer a b c"),
        ("cookie", "\u{ff}=\u{ff}"),
        ("cookie", ";;;===;"),
        ("cookie", "access_token"),
        ("cookie", "access_token=\"\""),
        ("content-type", ""),
        ("content-type", ";;;"),
        ("accept", "\u{ff}"),
        ("accept", ",,,"),
        ("origin", "\u{ff}"),
        ("host", ""),
        ("host", "[::"),
        ("x-forwarded-for", ",,,"),
        ("user-agent", "\u{ff}"),
        ("if-none-match", "\u{ff}"),
        ("sec-fetch-site", "\u{ff}"),
        ("accept-language", "x"),
    ];
    for operation in contract::operations() {
        let path = operation.filled(&uuid::Uuid::nil().to_string());
        for (name, value) in odd {
            app.request(operation.method, &path)
                .header(name, value)
                .await;
        }
    }
    for path in [
        "/",
        "/dashboard",
        "/login-form",
        "/nothing",
        "/openapi.json",
    ] {
        for (name, value) in odd {
            app.get(path).header(name, value).await;
        }
    }
}
