//! The judges of all answers are judged themselves: each rule is broken once, and they must notice.

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::support::client::Request;
use crate::support::{Answer, PASSWORD, TestApp, contract, invariants};

/// The answer with one header changed; an empty value takes it away.
fn with_header(answer: &Answer, name: &'static str, value: &str) -> Answer {
    let mut changed = answer.clone();
    changed.headers.remove(name);
    if !value.is_empty() {
        changed.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    changed
}

fn with_body(answer: &Answer, body: &Value) -> Answer {
    Answer {
        body: body.to_string(),
        ..answer.clone()
    }
}

/// What the judges say; `None` when they are content.
fn verdict(request: &Request<'_>, answer: &Answer) -> Option<String> {
    let judged = catch_unwind(AssertUnwindSafe(|| {
        invariants::check(request, answer, &[PASSWORD.to_owned()]);
        contract::check(request, answer);
    }));
    judged
        .err()
        .map(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_default())
}

#[track_caller]
fn assert_noticed(request: &Request<'_>, answer: &Answer, complaint: &str) {
    let said = verdict(request, answer).expect("it is noticed");
    assert!(
        said.contains(complaint),
        "{complaint:?} is not what they said: {said}"
    );
}

#[tokio::test]
async fn they_notice_what_the_document_does_not_have() {
    let app = TestApp::start().await;
    let answer = app
        .post_json(
            "/register/",
            &json!({"email": "ann@example.com", "password": PASSWORD}),
        )
        .await;
    let request = app.post("/api/register");
    assert_eq!(verdict(&request, &answer), None);
    let other_status = Answer {
        status: 201,
        ..answer.clone()
    };
    assert_noticed(&request, &other_status, "documents only");
    assert_noticed(
        &request,
        &with_header(&answer, "content-type", "text/plain"),
        "but the answer is \"text/plain\"",
    );
    let mut user = answer.json();
    user["shoe_size"] = json!(43);
    assert_noticed(&request, &with_body(&answer, &user), "shoe_size");
    user = answer.json();
    user["role"] = json!("KING");
    assert_noticed(&request, &with_body(&answer, &user), "KING");
    user = answer.json();
    user.as_object_mut().unwrap().shift_remove("links");
    assert_noticed(&request, &with_body(&answer, &user), "links");
    let logged_out = app.post("/logout").await;
    assert_noticed(
        &app.post("/logout"),
        &with_header(&logged_out, "location", ""),
        "location",
    );
}

#[tokio::test]
async fn they_notice_what_no_answer_may_lack_or_have() {
    let app = TestApp::start().await;
    let request = app.get("/myaccount");
    let answer = app.get("/myaccount").await;
    assert_eq!(verdict(&request, &answer), None);
    for name in [
        "x-request-id",
        "content-security-policy",
        "x-content-type-options",
        "x-frame-options",
        "www-authenticate",
    ] {
        assert_noticed(&request, &with_header(&answer, name, ""), name);
    }
    assert_noticed(
        &request,
        &with_header(&answer, "cache-control", "public"),
        "cache-control",
    );
    assert_noticed(
        &request,
        &with_header(&answer, "set-cookie", "a=b"),
        "a cookie without",
    );
    assert_noticed(
        &request,
        &with_body(&answer, &json!({"detail": "x"})),
        "the keys of a refusal",
    );
    for leak in [PASSWORD, "$argon2id$v=19", "SELECT id FROM accounts"] {
        let leaking = json!({"detail": leak, "code": "authentication_required"});
        assert_noticed(&request, &with_body(&answer, &leaking), "the answer ");
    }
    let fault = Answer {
        status: 500,
        headers: HeaderMap::new(),
        body: String::new(),
    };
    assert_noticed(&request, &fault, "a fault of the program");
}

#[tokio::test]
async fn they_notice_a_422_that_is_not_in_the_form_of_the_catalogue() {
    let app = TestApp::start().await;
    let request = app.post("/register/");
    let answer = app.post("/register/").await;
    let entry = json!({"type": "missing", "loc": ["body"], "msg": "Field required", "input": null});
    let of = |faults: Value| {
        with_body(
            &answer,
            &json!({"detail": faults, "code": "validation_error"}),
        )
    };
    assert_eq!(verdict(&request, &of(json!([entry]))), None);
    assert_noticed(&request, &of(json!([entry, entry])), "two faults for");
    assert_noticed(&request, &of(json!([])), "without a fault");
    let disordered =
        json!({"loc": ["body"], "type": "missing", "msg": "Field required", "input": null});
    assert_noticed(&request, &of(json!([disordered])), "the keys of a fault");
    let elsewhere =
        json!({"type": "missing", "loc": ["form"], "msg": "Field required", "input": null});
    assert_noticed(&request, &of(json!([elsewhere])), "loc begins with");
}
