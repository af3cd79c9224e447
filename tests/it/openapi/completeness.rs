//! Completeness: nothing is named that is not there, and every operation says what it is.

use std::collections::HashSet;

use gatepost::http::input::TEXT_PATTERN;
use gatepost::{http_url, nicknames};
use serde_json::Value;

use super::LOGIN;
use crate::support::TestApp;
use crate::support::contract::{DOCUMENT, operations, resolve};
use crate::support::source::assert_none;

/// Calls `visit` with every value of the document and the pointer to it.
fn walk(value: &'static Value, pointer: &str, visit: &mut impl FnMut(&str, &'static Value)) {
    visit(pointer, value);
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, value)| walk(value, &format!("{pointer}/{key}"), visit)),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(place, value)| walk(value, &format!("{pointer}/{place}"), visit));
        }
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let mut broken = Vec::new();
    walk(&DOCUMENT, "", &mut |pointer, value| {
        let Some(place) = value.get("$ref").and_then(Value::as_str) else {
            return;
        };
        if place
            .strip_prefix('#')
            .and_then(|inner| DOCUMENT.pointer(inner))
            .is_none()
        {
            broken.push(format!("{pointer}: {place}"));
        }
    });
    assert_none(
        &broken,
        "Name the schema in the `responses(…)` or the type of a field, so that it is collected:",
    );
}

#[test]
fn every_operation_says_what_it_is() {
    let tags: Vec<&str> = DOCUMENT["tags"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    assert_eq!(tags.first(), Some(&LOGIN), "the first group on the page");
    let mut faults = Vec::new();
    let mut ids = HashSet::new();
    for operation in operations() {
        let mut require = |is_met: bool, what: &str| {
            if !is_met {
                faults.push(format!("{} {}: {what}", operation.method, operation.path));
            }
        };
        let value = operation.value;
        require(ids.insert(operation.id()), "an operationId of its own");
        let summary = value["summary"].as_str().unwrap_or_default();
        require(
            (3..=60).contains(&summary.len()) && !summary.ends_with('.'),
            "a summary: the first line of its doc comment",
        );
        let named = value["tags"].as_array().cloned().unwrap_or_default();
        require(
            named.len() == 1 && tags.contains(&named[0].as_str().unwrap_or_default()),
            "one tag, of the document's list",
        );
        require(
            value["security"].is_array(),
            "`security(…)`, `security(())` for an operation that serves everybody",
        );
        for (status, response) in value["responses"].as_object().unwrap() {
            require(
                resolve(response)["description"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                &format!("a description of {status}"),
            );
        }
    }
    assert_none(&faults, "These operations lack something:");
}

#[test]
fn every_pattern_is_one_that_the_input_is_judged_by() {
    let mut unknown = Vec::new();
    walk(&DOCUMENT, "", &mut |pointer, value| {
        let Some(pattern) = value.as_str().filter(|_| pointer.ends_with("/pattern")) else {
            return;
        };
        // What is none of these is looked for as it stands, so it must be plain text.
        let is_known = [TEXT_PATTERN, nicknames::PATTERN, http_url::PATTERN].contains(&pattern);
        let is_plain = pattern.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_known && !is_plain && !pointer.contains("/example") {
            unknown.push(format!("{pointer}: {pattern}"));
        }
    });
    assert_none(
        &unknown,
        "`Field::has_pattern` in src/http/input/shape.rs does not know these patterns:",
    );
}

#[tokio::test]
async fn is_served_as_it_is_committed() {
    let app = TestApp::start().await;
    let answer = app.get("/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), *DOCUMENT);
    assert_eq!(
        answer.json()["openapi"]
            .as_str()
            .map(|version| &version[..3]),
        Some("3.1")
    );
    for path in ["/docs", "/redoc"] {
        let page = app.get(path).await.expect(200);
        assert_eq!(page.media_type(), "text/html");
        assert!(
            !page.body.contains("https://") || !page.body.contains("src=\"http"),
            "{path} loads from elsewhere"
        );
    }
}
