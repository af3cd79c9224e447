//! The document as a judge: what an operation answers must stand in `openapi.json`, with that status, type and shape.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::client::{Answer, Request};

/// The document that the program serves.
pub static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(gatepost::app::openapi()).expect("the document is JSON"));

/// An operation of the document.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    pub path: &'static str,
    /// In capitals.
    pub method: &'static str,
    pub value: &'static Value,
}

const METHODS: [(&str, &str); 5] = [
    ("get", "GET"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
];

/// Every operation, in the order of the document.
pub fn operations() -> impl Iterator<Item = Operation> {
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    paths.iter().flat_map(|(path, item)| {
        let found = METHODS
            .iter()
            .filter_map(move |(key, method)| Some((method, item.get(key)?)));
        found.map(move |(method, value)| Operation {
            path,
            method,
            value,
        })
    })
}

impl Operation {
    pub fn id(&self) -> &'static str {
        self.value["operationId"]
            .as_str()
            .unwrap_or_else(|| panic!("{} {} has no operationId", self.method, self.path))
    }

    /// Whether a request without credentials is served.
    pub fn is_public(&self) -> bool {
        let schemes = self.value["security"].as_array();
        schemes.is_some_and(|all| {
            all.iter()
                .any(|one| one.as_object().is_some_and(Map::is_empty))
        })
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        let own = if self.path == "/" {
            "/"
        } else {
            self.path.trim_end_matches('/')
        };
        let (own, asked): (Vec<_>, Vec<_>) = (own.split('/').collect(), path.split('/').collect());
        let fits = |(own, asked): (&&str, &&str)| {
            own == asked || (own.starts_with('{') && !asked.is_empty())
        };
        self.method == method && own.len() == asked.len() && own.iter().zip(&asked).all(fits)
    }
}

/// The operation that a request reaches.
pub fn find(method: &str, path: &str) -> Option<Operation> {
    let method = if method == "HEAD" { "GET" } else { method };
    // A path that is written out goes before one with a name in it, whatever its methods.
    let is_literal = |operation: &Operation| operation.path.trim_end_matches('/') == path;
    if operations().any(|operation| is_literal(&operation)) {
        return operations().find(|operation| is_literal(operation) && operation.method == method);
    }
    operations().find(|operation| operation.fits(method, path))
}

/// Follows a `$ref` within the document.
pub fn resolve(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(place) => {
            let pointer = place
                .strip_prefix('#')
                .unwrap_or_else(|| panic!("{place} leads out of the document"));
            DOCUMENT
                .pointer(pointer)
                .unwrap_or_else(|| panic!("{place} leads nowhere"))
        }
        None => value,
    }
}

/// Fails when the document does not have this answer.
pub fn check(request: &Request<'_>, answer: &Answer) {
    let Some(operation) = find(request.method.as_str(), request.path()) else {
        return;
    };
    let what = format!(
        "{} {} answered {}",
        request.method, request.target, answer.status
    );
    let place = format!(
        "{} {} (`{}`)",
        operation.method,
        operation.path,
        operation.id()
    );
    let responses = operation.value["responses"].as_object().expect("responses");
    let Some(response) = responses.get(&answer.status.to_string()) else {
        let known: Vec<_> = responses.keys().collect();
        panic!(
            "{what}, but {place} documents only {known:?}. Add the status to its `responses(…)`.\n{answer:#?}"
        );
    };
    let response = resolve(response);
    check_headers(response, answer, &format!("{what}: {place}"));
    // A person who opens an address in a browser gets a refusal as a page; programs never see that.
    let is_error_page =
        answer.status >= 400 && answer.media_type() == "text/html" && request.wants_page();
    if request.method != "HEAD" && !is_error_page {
        check_body(response, answer, &format!("{what}: {place}"));
    }
}

fn check_headers(response: &'static Value, answer: &Answer, what: &str) {
    for (name, header) in response["headers"].as_object().into_iter().flatten() {
        // A cookie is set or deleted, and a browser told to forget, only where there is a reason.
        if ["set-cookie", "clear-site-data"].contains(&name.to_ascii_lowercase().as_str()) {
            continue;
        }
        let value = answer.header(name);
        assert!(
            !value.is_empty(),
            "{what} documents the header {name}, but it is absent.\n{answer:#?}"
        );
        if resolve(header)["schema"]["type"] == "integer" {
            assert!(
                value.parse::<i64>().is_ok(),
                "{what}: the header {name} is no integer.\n{answer:#?}"
            );
        }
    }
}

fn check_body(response: &'static Value, answer: &Answer, what: &str) {
    let content = response["content"].as_object();
    let Some(content) = content.filter(|content| !content.is_empty()) else {
        assert!(
            answer.body.is_empty(),
            "{what} documents no body.\n{answer:#?}"
        );
        return;
    };
    // A documented redirect shares its status with no body; a body, where there is one, is of a documented type.
    let kind = answer.media_type();
    let Some(media) = content.get(kind) else {
        let known: Vec<_> = content.keys().collect();
        panic!("{what} documents {known:?}, but the answer is {kind:?}.\n{answer:#?}");
    };
    if kind != "application/json" {
        return;
    }
    let schema = media
        .get("schema")
        .unwrap_or_else(|| panic!("{what} has no schema"));
    let body = answer.json();
    let validator = validator(schema);
    let faults: Vec<String> = validator
        .iter_errors(&body)
        .map(|fault| format!("  at {:?}: {fault}", fault.instance_path().to_string()))
        .collect();
    assert!(
        faults.is_empty(),
        "{what}, and the body is not as documented:\n{}\n{body:#}",
        faults.join("\n")
    );
}

/// The schema, compiled once, with the document's components around it.
pub fn validator(schema: &Value) -> Arc<Validator> {
    static COMPILED: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> =
        LazyLock::new(Mutex::default);
    let key = schema.to_string();
    if let Some(known) = COMPILED.lock().unwrap().get(&key) {
        return Arc::clone(known);
    }
    let mut whole = schema.as_object().expect("a schema").clone();
    whole.insert(
        "$schema".into(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    whole.insert("components".into(), closed(&DOCUMENT["components"]));
    let built = jsonschema::options()
        .should_validate_formats(true)
        .build(&Value::Object(whole));
    let built = Arc::new(built.unwrap_or_else(|error| panic!("{schema} is no schema: {error}")));
    COMPILED.lock().unwrap().insert(key, Arc::clone(&built));
    built
}

/// The same schemas, but a key that they do not name is a fault.
fn closed(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Map<String, Value> = fields
                .iter()
                .map(|(name, value)| (name.clone(), closed(value)))
                .collect();
            if fields.get("properties").is_some_and(Value::is_object)
                && fields.get("type") == Some(&json!("object"))
            {
                fields.entry("additionalProperties").or_insert(json!(false));
            }
            Value::Object(fields)
        }
        Value::Array(items) => items.iter().map(closed).collect(),
        other => other.clone(),
    }
}
