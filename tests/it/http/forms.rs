//! Form bodies, in both of their encodings.

use serde_json::json;

use crate::support::{Answer, PASSWORD, TestApp};

const EMAIL: &str = "admin@example.com";

async fn send(app: &TestApp, kind: &str, body: impl Into<Vec<u8>>) -> Answer {
    app.post("/login/").body(kind, body).await
}

async fn start() -> TestApp {
    let app = TestApp::start().await;
    app.admin().await;
    app
}

fn part(name: &str, value: &str) -> String {
    format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn missing(field: &str) -> serde_json::Value {
    json!({"type": "missing", "loc": ["body", field], "msg": "Field required", "input": null})
}

#[tokio::test]
async fn takes_both_encodings() {
    let app = start().await;
    let body = format!(
        "{}{}{}--XX--\r\n",
        part("grant_type", "password"),
        part("username", EMAIL),
        part("password", PASSWORD)
    );
    for kind in [
        "multipart/form-data; boundary=XX",
        "multipart/form-data; boundary=\"XX\"",
        "Multipart/Form-Data; charset=utf-8; boundary=XX",
    ] {
        send(&app, kind, body.clone()).await.expect(200);
    }
    let body = "username=admin%40example.com&password=Secure*1234";
    for kind in [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "APPLICATION/X-WWW-FORM-URLENCODED",
    ] {
        send(&app, kind, body).await.expect(200);
    }
}

#[tokio::test]
async fn absent_and_empty_fields_are_missing() {
    let app = start().await;
    let kind = "application/x-www-form-urlencoded";
    for body in [
        "",
        "username=&password=",
        "a=b",
        "&&&",
        "username&password",
        "=",
        "%",
        "Username=x&PASSWORD=y",
    ] {
        assert_eq!(
            send(&app, kind, body).await.faults(),
            [missing("username"), missing("password")],
            "{body:?}"
        );
    }
    assert_eq!(
        send(&app, kind, "username=x").await.faults(),
        [missing("password")]
    );
    assert_eq!(
        send(&app, kind, "password=xyzxyzxyz").await.faults(),
        [missing("username")]
    );
}

#[tokio::test]
async fn another_type_holds_no_fields() {
    let app = start().await;
    let body = json!({"username": EMAIL, "password": PASSWORD}).to_string();
    for kind in [
        "application/json",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "nonsense",
    ] {
        assert_eq!(
            send(&app, kind, body.clone()).await.faults(),
            [missing("username"), missing("password")],
            "{kind}"
        );
    }
    let faults = app.post("/login/").await.faults();
    assert_eq!(faults, [missing("username"), missing("password")]);
    let none = app
        .post("/login/")
        .body("x/y", "username=a&password=b")
        .without("content-type")
        .await
        .faults();
    assert_eq!(none, [missing("username"), missing("password")]);
}

#[tokio::test]
async fn of_repeated_fields_the_last_counts() {
    let app = start().await;
    let kind = "application/x-www-form-urlencoded";
    send(
        &app,
        kind,
        "username=x&password=y&username=admin%40example.com&password=Secure*1234",
    )
    .await
    .expect(200);
    send(
        &app,
        kind,
        "username=admin%40example.com&password=Secure*1234&password=y",
    )
    .await
    .expect(401);
    assert_eq!(
        send(
            &app,
            kind,
            "username=admin%40example.com&password=Secure*1234&password="
        )
        .await
        .faults(),
        [missing("password")]
    );
    let body = format!(
        "{}{}{}--XX--\r\n",
        part("username", "x"),
        part("username", EMAIL),
        part("password", PASSWORD)
    );
    send(&app, "multipart/form-data; boundary=XX", body)
        .await
        .expect(200);
}

#[tokio::test]
async fn decodes_plus_and_percent() {
    let app = start().await;
    let email = "a+b@example.com";
    app.post_json(
        "/register/",
        &json!({"email": email, "password": "two words +% äö"}),
    )
    .await
    .expect(200);
    app.get(&app.verify_link(email).await).await.expect(307);
    let kind = "application/x-www-form-urlencoded";
    send(
        &app,
        kind,
        "username=a%2Bb%40example.com&password=two+words+%2B%25+%C3%A4%c3%b6",
    )
    .await
    .expect(200);
    send(
        &app,
        kind,
        "username=a%2bb@example.com&password=two%20words%20%2B%%20äö",
    )
    .await
    .expect(200);
    let body = format!(
        "{}{}--XX--\r\n",
        part("username", email),
        part("password", "two words +% äö")
    );
    send(&app, "multipart/form-data; boundary=XX", body)
        .await
        .expect(200);
}

#[tokio::test]
async fn broken_bodies_end_in_a_refusal() {
    let app = TestApp::with(|config| config.login.max_attempts = 1000).await;
    app.admin().await;
    let multipart = "multipart/form-data; boundary=XX";
    let whole = format!(
        "{}{}--XX--\r\n",
        part("username", EMAIL),
        part("password", PASSWORD)
    );
    for end in (0..whole.len()).step_by(7) {
        let answer = send(&app, multipart, &whole.as_bytes()[..end]).await;
        assert!(
            matches!(answer.status, 200 | 401 | 422),
            "cut at {end}: {answer:#?}"
        );
    }
    let kind = "application/x-www-form-urlencoded";
    let bodies: [&[u8]; 8] = [
        b"username=%&password=%",
        b"username=%zz&password=%f",
        b"username=\xff\xfe&password=\xff",
        b"username=%ff&password=%ff",
        b"username=%00&password=%00",
        b"username=a;password=b",
        b"\0\0\0",
        b"username=%ED%A0%80&password=%ED%A0%80",
    ];
    for body in bodies {
        let answer = send(&app, kind, body).await;
        assert!(
            matches!(answer.status, 401 | 422),
            "{}: {answer:#?}",
            String::from_utf8_lossy(body)
        );
    }
}

#[tokio::test]
async fn a_file_is_no_text() {
    let app = start().await;
    let file = "--XX\r\nContent-Disposition: form-data; name=\"password\"; filename=\"p.txt\"\r\n\r\nSecure*1234\r\n--XX--\r\n";
    let body = format!("{}{file}", part("username", EMAIL));
    assert_eq!(
        send(&app, "multipart/form-data; boundary=XX", body)
            .await
            .faults(),
        [missing("password")]
    );
}
