//! What is true of every answer, whatever was asked.

use std::sync::Mutex;

use axum::http::HeaderMap;
use serde_json::Value;

use super::app::TestApp;
use super::client::{Answer, Request};
use super::{contract, people};

/// Paths whose answers are the same for everybody, and may be kept.
const SHARED: [&str; 5] = [
    "/assets",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/.well-known",
];

/// Notes the passwords of a request, unless one also stands elsewhere in it, from where it may be echoed.
pub fn remember_secrets(request: &Request<'_>, secrets: &Mutex<Vec<String>>) {
    let (passwords, others) = split_passwords(request);
    let telling = passwords
        .into_iter()
        .filter(|password| password.chars().count() >= 6);
    let mut secrets = secrets.lock().unwrap();
    for password in telling.filter(|password| !others.contains(password.as_str())) {
        if !secrets.contains(&password) {
            secrets.push(password);
        }
    }
}

impl TestApp {
    /// Allows earlier passwords to be seen again.
    pub fn forget_secrets(&self) {
        self.secrets.lock().unwrap().clear();
    }
}

/// The passwords of a request, and everything else that it says.
fn split_passwords(request: &Request<'_>) -> (Vec<String>, String) {
    let mut others = request.target.clone();
    let mut passwords = Vec::new();
    let mut sort = |name: &str, value: String| {
        if name.contains("password") {
            passwords.push(value);
        } else {
            others.push_str(&value);
        }
    };
    if let Ok(Value::Object(fields)) = serde_json::from_slice(&request.body) {
        for (name, value) in fields {
            said_in(&value, &mut |text| sort(&name, text));
        }
    } else if request
        .headers
        .get("content-type")
        .is_some_and(|kind| kind == "application/x-www-form-urlencoded")
    {
        for (name, value) in form_urlencoded::parse(&request.body) {
            sort(&name, value.into_owned());
        }
    }
    (passwords, others)
}

/// Hands over what stands in a value. How it is nested tells nothing: an answer may well say `{"password":null}`.
fn said_in(value: &Value, to: &mut impl FnMut(String)) {
    match value {
        Value::String(text) => to(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| said_in(value, to)),
        Value::Object(fields) => fields.values().for_each(|value| said_in(value, to)),
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => to(number.to_string()),
    }
}

/// Fails when the answer breaks a rule that holds for all.
pub fn check(request: &Request<'_>, answer: &Answer, secrets: &[String]) {
    let what = format!("{} {}", request.method, request.target);
    assert!(
        answer.status != 500 || request.may_fail,
        "{what}: a fault of the program, see the log above.\n{answer:#?}"
    );
    check_headers(request, answer, &what);
    check_for_secrets(request, answer, secrets, &what);
    if request.method == "HEAD" {
        assert!(
            answer.body.is_empty(),
            "{what}: HEAD has no body (RFC 9110 section 9.3.2).\n{answer:#?}"
        );
    } else if answer.status >= 400 {
        check_refusal(request, answer, &what);
    }
}

fn check_headers(request: &Request<'_>, answer: &Answer, what: &str) {
    let has = |name: &str, wanted: &str| {
        let value = answer.header(name);
        assert!(
            value.contains(wanted) && !value.is_empty(),
            "{what}: {name} is {value:?}.\n{answer:#?}"
        );
    };
    let has_id = !answer.header("x-request-id").is_empty();
    assert!(has_id, "{what}: no x-request-id.\n{answer:#?}");
    has("content-security-policy", "default-src 'none'");
    has("content-security-policy", "frame-ancestors");
    has("x-content-type-options", "nosniff");
    has("x-frame-options", "");
    has("referrer-policy", "");
    has("cache-control", "");
    let is_shared = SHARED.iter().any(|path| request.path().starts_with(path))
        || request.path() == "/favicon.ico";
    if !is_shared || answer.headers.contains_key("set-cookie") {
        has("cache-control", "no-store");
    }
    match answer.status {
        401 => has("www-authenticate", "Bearer"),
        405 => has("allow", "OPTIONS"),
        429 | 503 => has("retry-after", ""),
        _ => {}
    }
    assert_cookies_are_closed(&answer.headers, what);
}

fn assert_cookies_are_closed(headers: &HeaderMap, what: &str) {
    for line in headers.get_all("set-cookie") {
        let line = line.to_str().expect("a readable cookie");
        for attribute in ["HttpOnly", "Path=/", "SameSite=Lax"] {
            assert!(
                line.contains(attribute),
                "{what}: a cookie without {attribute}: {line}"
            );
        }
    }
}

fn check_for_secrets(request: &Request<'_>, answer: &Answer, secrets: &[String], what: &str) {
    // The scripts of the documentation, and the document with its sample.
    if SHARED.iter().any(|path| request.path().starts_with(path)) {
        return;
    }
    for text in [
        "$argon2",
        "$2a$",
        "$2b$",
        "$2y$",
        "SELECT ",
        "INSERT INTO",
        "panicked at",
        "password_hash",
    ] {
        // What the client has said itself may be repeated.
        assert!(
            !answer.body.contains(text) || says(request, text),
            "{what}: the answer has {text:?} in it.\n{answer:#?}"
        );
    }
    let headers = format!("{:?}", answer.headers);
    for secret in secrets {
        assert!(
            !answer.body.contains(secret.as_str()),
            "{what}: the answer repeats a password.\n{answer:#?}"
        );
        assert!(
            !headers.contains(secret.as_str()),
            "{what}: a header repeats a password.\n{answer:#?}"
        );
    }
}

fn says(request: &Request<'_>, text: &str) -> bool {
    let body = String::from_utf8_lossy(&request.body);
    let said = format!("{} {body}", request.target);
    said.replace('+', " ").contains(text)
}

fn check_refusal(request: &Request<'_>, answer: &Answer, what: &str) {
    // A form answers with a page, and a person who opens an address gets one.
    let may_be_page =
        request.wants_page() || contract::find(request.method.as_str(), request.path()).is_none();
    if may_be_page && answer.media_type() == "text/html" {
        return;
    }
    assert_eq!(
        answer.header("content-type"),
        "application/json",
        "{what}: a refusal is JSON.\n{answer:#?}"
    );
    let body = answer.json();
    let keys = people::keys(&body);
    let wanted: &[&str] = if answer.status == 500 {
        &["detail", "code", "request_id"]
    } else {
        &["detail", "code"]
    };
    assert_eq!(keys, wanted, "{what}: the keys of a refusal.\n{answer:#?}");
    let code = body["code"].as_str().expect("a code");
    let is_code = !code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    assert!(is_code, "{what}: {code:?} is no code.\n{answer:#?}");
    if answer.status != 422 {
        assert!(
            body["detail"].as_str().is_some_and(|text| !text.is_empty()),
            "{what}: no detail.\n{answer:#?}"
        );
        return;
    }
    assert_eq!(code, "validation_error", "{what}.\n{answer:#?}");
    let faults = body["detail"].as_array().expect("a list");
    assert!(
        !faults.is_empty(),
        "{what}: a 422 without a fault.\n{answer:#?}"
    );
    for fault in faults {
        check_fault(fault, what, answer);
        let again = faults.iter().filter(|other| other["loc"] == fault["loc"]);
        let place = &fault["loc"];
        assert_eq!(
            again.count(),
            1,
            "{what}: two faults for {place}.\n{answer:#?}"
        );
    }
}

fn check_fault(fault: &Value, what: &str, answer: &Answer) {
    let keys = people::keys(fault);
    let is_ordered =
        keys == ["type", "loc", "msg", "input"] || keys == ["type", "loc", "msg", "input", "ctx"];
    assert!(
        is_ordered,
        "{what}: the keys of a fault are {keys:?}.\n{answer:#?}"
    );
    let place = fault["loc"][0].as_str().unwrap_or_default();
    let is_place = ["body", "path", "query"].contains(&place);
    assert!(is_place, "{what}: loc begins with {place:?}.\n{answer:#?}");
}
