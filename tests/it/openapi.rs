//! The document: complete, consistent, and with samples that work as they stand.

use std::collections::HashSet;

use gatepost::http::input::TEXT_PATTERN;
use gatepost::nicknames;
use serde_json::{Map, Value, json};

use crate::support::contract::{DOCUMENT, Operation, operations, resolve, validator};
use crate::support::source::assert_none;
use crate::support::{PASSWORD, TestApp};

const LOGIN: &str = "Login and Registration";

/// Calls `visit` with every value of the document and the pointer to it.
fn walk(value: &'static Value, pointer: &str, visit: &mut impl FnMut(&str, &'static Value)) {
    visit(pointer, value);
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| walk(value, &format!("{pointer}/{key}"), visit)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(place, value)| walk(value, &format!("{pointer}/{place}"), visit));
        }
        _ => {}
    }
}

/// Every body that the document describes: where, and its media type object.
fn bodies() -> Vec<(String, &'static Value)> {
    let mut found = Vec::new();
    let mut add = |place: String, holder: &'static Value| {
        let content = resolve(holder)["content"].as_object().into_iter().flatten();
        found.extend(content.map(|(kind, media)| (format!("{place} as {kind}"), media)));
    };
    for operation in operations() {
        if let Some(body) = operation.value.get("requestBody") {
            add(format!("{}: its body", operation.id()), body);
        }
        for (status, response) in operation.value["responses"].as_object().unwrap() {
            add(format!("{}: {status}", operation.id()), response);
        }
    }
    found
}

#[test]
fn every_reference_leads_somewhere() {
    let mut broken = Vec::new();
    walk(&DOCUMENT, "", &mut |pointer, value| {
        let Some(place) = value.get("$ref").and_then(Value::as_str) else { return };
        if place.strip_prefix('#').and_then(|inner| DOCUMENT.pointer(inner)).is_none() {
            broken.push(format!("{pointer}: {place}"));
        }
    });
    assert_none(&broken, "Name the schema in the `responses(…)` or the type of a field, so that it is collected:");
}

#[test]
fn every_operation_says_what_it_is() {
    let tags: Vec<&str> = DOCUMENT["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
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
        require((3..=60).contains(&summary.len()) && !summary.ends_with('.'), "a summary: the first line of its doc comment");
        let named = value["tags"].as_array().cloned().unwrap_or_default();
        require(named.len() == 1 && tags.contains(&named[0].as_str().unwrap_or_default()), "one tag, of the document's list");
        require(value["security"].is_array(), "`security(…)`, `security(())` for an operation that serves everybody");
        for (status, response) in value["responses"].as_object().unwrap() {
            require(resolve(response)["description"].as_str().is_some_and(|text| !text.is_empty()), &format!("a description of {status}"));
        }
    }
    assert_none(&faults, "These operations lack something:");
}

#[test]
fn the_walkthrough_comes_first() {
    let first: Vec<(&str, &str)> = operations().take(2).map(|operation| (operation.method, operation.path)).collect();
    assert_eq!(first, [("POST", "/register/"), ("POST", "/login/")]);
    let tags: Vec<&Value> = operations().map(|operation| &operation.value["tags"][0]).collect();
    let begin_of_others = tags.iter().position(|tag| **tag != LOGIN).unwrap();
    assert!(tags[begin_of_others..].iter().all(|tag| **tag != LOGIN), "the group is not interrupted: {tags:?}");
}

/// A sample of what a schema describes, made as Swagger UI makes it; the error is the field without one.
fn sample(schema: &'static Value, place: &str) -> Result<Value, String> {
    let schema = resolve(schema);
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)).or_else(|| schema.get("default")) {
        return Ok(example.clone());
    }
    if let Some(choice) = schema["enum"].get(0) {
        return Ok(choice.clone());
    }
    if let Some(properties) = schema["properties"].as_object() {
        let fields = properties.iter().map(|(name, field)| Ok((name.clone(), sample(field, &format!("{place}.{name}"))?)));
        return fields.collect::<Result<Map<_, _>, String>>().map(Value::Object);
    }
    if let Some(one) = schema["oneOf"].get(0).or_else(|| schema["anyOf"].get(0)) {
        return sample(one, place);
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or_default();
    match kind {
        "array" => Ok(json!([sample(&schema["items"], &format!("{place}[]"))?])),
        "boolean" => Ok(json!(true)),
        "integer" => Ok(schema.get("minimum").cloned().unwrap_or(json!(0))),
        _ => Err(place.to_owned()),
    }
}

#[test]
fn every_body_has_a_sample_that_fits_its_schema() {
    let mut faults = Vec::new();
    for (place, media) in bodies() {
        let named = media["examples"].as_object().into_iter().flatten().map(|(_, example)| example["value"].clone());
        let mut samples: Vec<Value> = media.get("example").cloned().into_iter().chain(named).collect();
        if samples.is_empty() {
            match sample(&media["schema"], "") {
                Ok(made) => samples.push(made),
                Err(field) => faults.push(format!("{place}: no example, and the schema has none at `{field}`")),
            }
        }
        let validator = validator(&media["schema"]);
        for sample in samples {
            faults.extend(validator.iter_errors(&sample).map(|fault| format!("{place}: {} {fault}", fault.instance_path())));
        }
    }
    assert_none(&faults, "Give an `example = …` to the body, or to each field of its type:");
}

#[test]
fn every_pattern_is_one_that_the_input_is_judged_by() {
    let mut unknown = Vec::new();
    walk(&DOCUMENT, "", &mut |pointer, value| {
        let Some(pattern) = value.as_str().filter(|_| pointer.ends_with("/pattern")) else { return };
        // What is neither of these two is looked for as it stands, so it must be plain text.
        let is_plain = pattern.chars().all(char::is_alphanumeric);
        if !is_plain && pattern != TEXT_PATTERN && pattern != nicknames::PATTERN && !pointer.contains("/example") {
            unknown.push(format!("{pointer}: {pattern}"));
        }
    });
    assert_none(&unknown, "`Field::has_pattern` in src/http/input/shape.rs does not know these patterns:");
}

fn operation(id: &str) -> Operation {
    operations().find(|operation| operation.id() == id).unwrap_or_else(|| panic!("no {id}"))
}

#[tokio::test]
async fn the_prefilled_samples_are_accepted_one_after_the_other() {
    let app = TestApp::start().await;
    let body = &operation("registration_register").value["requestBody"]["content"]["application/json"];
    let example = body.get("example").or_else(|| body["examples"].as_object()?.values().next()?.get("value")).unwrap();
    assert_eq!((&example["email"], &example["password"]), (&json!("john.doe@example.com"), &json!(PASSWORD)));
    app.post_json("/register/", example).await.expect(200);

    let content = &operation("login_password").value["requestBody"]["content"];
    for (kind, media) in content.as_object().unwrap() {
        let fields = sample(&media["schema"], "").unwrap_or_else(|field| panic!("{kind}: nothing stands in {field}"));
        assert_eq!((&fields["username"], &fields["password"]), (&json!("john.doe@example.com"), &json!(PASSWORD)));
        let pairs: Vec<(&str, &str)> =
            fields.as_object().unwrap().iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
        let token = app.post_form("/login/", &pairs).await.expect(200).json();
        assert_eq!(token["token_type"], "bearer");
    }
    let scheme = &DOCUMENT["components"]["securitySchemes"]["OAuth2PasswordBearer"];
    assert_eq!(scheme["flows"]["password"]["tokenUrl"], "/login/", "what Authorize asks for");
}

#[tokio::test]
async fn is_served_as_it_is_committed() {
    let app = TestApp::start().await;
    let answer = app.get("/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.json(), *DOCUMENT);
    assert_eq!(answer.json()["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    for path in ["/docs", "/redoc"] {
        let page = app.get(path).await.expect(200);
        assert_eq!(page.media_type(), "text/html");
        assert!(!page.body.contains("https://") || !page.body.contains("src=\"http"), "{path} loads from elsewhere");
    }
}
