//! Samples: every body has one, and those that the page is filled with are accepted.

use serde_json::{Map, Value, json};

use super::LOGIN;
use crate::support::contract::{DOCUMENT, Operation, operations, resolve, validator};
use crate::support::source::assert_none;
use crate::support::{PASSWORD, TestApp};

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

/// A sample of what a schema describes, made as Swagger UI makes it; the error is the field without one.
fn sample(schema: &'static Value, place: &str) -> Result<Value, String> {
    let schema = resolve(schema);
    if let Some(example) = schema
        .get("example")
        .or_else(|| schema["examples"].get(0))
        .or_else(|| schema.get("default"))
    {
        return Ok(example.clone());
    }
    if let Some(choice) = schema["enum"].get(0) {
        return Ok(choice.clone());
    }
    if let Some(properties) = schema["properties"].as_object() {
        let fields = properties
            .iter()
            .map(|(name, field)| Ok((name.clone(), sample(field, &format!("{place}.{name}"))?)));
        return fields
            .collect::<Result<Map<_, _>, String>>()
            .map(Value::Object);
    }
    if let Some(one) = schema["oneOf"].get(0).or_else(|| schema["anyOf"].get(0)) {
        return sample(one, place);
    }
    let kind = schema["type"]
        .as_str()
        .or_else(|| schema["type"][0].as_str())
        .unwrap_or_default();
    match kind {
        "array" => Ok(json!([sample(&schema["items"], &format!("{place}[]"))?])),
        "boolean" => Ok(json!(true)),
        "integer" => Ok(schema.get("minimum").cloned().unwrap_or(json!(0))),
        _ => Err(place.to_owned()),
    }
}

fn operation(id: &str) -> Operation {
    operations()
        .find(|operation| operation.id() == id)
        .unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn the_walkthrough_comes_first() {
    let first: Vec<(&str, &str)> = operations()
        .take(2)
        .map(|operation| (operation.method, operation.path))
        .collect();
    assert_eq!(first, [("POST", "/register/"), ("POST", "/login/")]);
    let tags: Vec<&Value> = operations()
        .map(|operation| &operation.value["tags"][0])
        .collect();
    let begin_of_others = tags.iter().position(|tag| **tag != LOGIN).unwrap();
    assert!(
        tags[begin_of_others..].iter().all(|tag| **tag != LOGIN),
        "the group is not interrupted: {tags:?}"
    );
}

#[test]
fn every_body_has_a_sample_that_fits_its_schema() {
    let mut faults = Vec::new();
    for (place, media) in bodies() {
        let named = media["examples"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(_, example)| example["value"].clone());
        let mut samples: Vec<Value> = media
            .get("example")
            .cloned()
            .into_iter()
            .chain(named)
            .collect();
        if samples.is_empty() {
            match sample(&media["schema"], "") {
                Ok(made) => samples.push(made),
                Err(field) => faults.push(format!(
                    "{place}: no example, and the schema has none at `{field}`"
                )),
            }
        }
        let validator = validator(&media["schema"]);
        for sample in samples {
            faults.extend(
                validator
                    .iter_errors(&sample)
                    .map(|fault| format!("{place}: {} {fault}", fault.instance_path())),
            );
        }
    }
    assert_none(
        &faults,
        "Give an `example = …` to the body, or to each field of its type:",
    );
}

#[tokio::test]
async fn the_prefilled_samples_are_accepted_one_after_the_other() {
    let app = TestApp::start().await;
    let body =
        &operation("registration_register").value["requestBody"]["content"]["application/json"];
    let example = body
        .get("example")
        .or_else(|| body["examples"].as_object()?.values().next()?.get("value"))
        .unwrap();
    assert_eq!(
        (&example["email"], &example["password"]),
        (&json!("john.doe@example.com"), &json!(PASSWORD))
    );
    app.post_json("/register/", example).await.expect(200);

    let content = &operation("login_password").value["requestBody"]["content"];
    for (kind, media) in content.as_object().unwrap() {
        let fields = sample(&media["schema"], "")
            .unwrap_or_else(|field| panic!("{kind}: nothing stands in {field}"));
        assert_eq!(
            (&fields["username"], &fields["password"]),
            (&json!("john.doe@example.com"), &json!(PASSWORD))
        );
        let pairs: Vec<(&str, &str)> = fields
            .as_object()
            .unwrap()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
            .collect();
        let token = app.post_form("/login/", &pairs).await.expect(200).json();
        assert_eq!(token["token_type"], "bearer");
    }
    let scheme = &DOCUMENT["components"]["securitySchemes"]["OAuth2PasswordBearer"];
    assert_eq!(
        scheme["flows"]["password"]["tokenUrl"], "/login/",
        "what Authorize asks for"
    );
}
