//! A call of every operation of the document: its path filled in, with a body that fits.

use gatepost::config::Config;
use serde_json::{Map, Value, json};

use super::app::TestApp;
use super::client::Request;
use super::contract::{Operation, resolve};

/// Limits that no test reaches by accident.
pub fn without_limits(config: &mut Config) {
    config.login.failures_per_network = 1_000_000;
    config.login.failures_overall = 100_000_000;
    config.registration.per_network = 1_000_000;
    config.mail.asked_per_address = 1_000_000;
    config.mail.asked_per_network = 1_000_000;
}

impl Operation {
    /// The path with `id` for every identifier, and a text for the token of a link.
    pub fn filled(&self, id: &str) -> String {
        let parts = self.path.split('/').map(|part| match part {
            "{token}" => "a-token",
            part if part.starts_with('{') => id,
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// The names of the identifiers in the path.
    pub fn identifiers(&self) -> Vec<&'static str> {
        let parts = self.path.split('/');
        let names = parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        names.filter(|name| *name != "token").collect()
    }

    /// Whether it may change something.
    pub fn writes(&self) -> bool {
        self.method != "GET"
    }

    /// The names of the query's parameters.
    pub fn query(&self) -> Vec<&'static str> {
        let parameters = self.value["parameters"].as_array().into_iter().flatten();
        let of_query = parameters.filter(|parameter| parameter["in"] == "query");
        of_query
            .map(|parameter| parameter["name"].as_str().expect("a name"))
            .collect()
    }

    /// The fields of the body with a sample each, and how they are sent; `None` without a body.
    pub fn sample(&self) -> Option<(&'static str, Map<String, Value>)> {
        let content = resolve(self.value.get("requestBody")?)["content"].as_object()?;
        let (kind, media) = content
            .iter()
            .find(|(kind, _)| *kind == "application/json")
            .or_else(|| content.iter().next())?;
        let properties = resolve(&media["schema"])["properties"].as_object();
        let fields = properties.into_iter().flatten();
        let mut sample: Map<String, Value> = fields
            .map(|(name, field)| (name.clone(), sample_of(resolve(field))))
            .collect();
        let named = media["examples"]
            .as_object()
            .and_then(|all| Some(&all.values().next()?["value"]));
        let example = media.get("example").or(named).and_then(Value::as_object);
        for (name, value) in example.into_iter().flatten() {
            sample.insert(name.clone(), value.clone());
        }
        Some((kind, sample))
    }
}

fn sample_of(field: &Value) -> Value {
    let given = field
        .get("example")
        .or_else(|| field["examples"].get(0))
        .or_else(|| field.get("default"))
        .or_else(|| field["enum"].get(0));
    given.cloned().unwrap_or(json!("text"))
}

impl Request<'_> {
    /// Sends `fields` as `kind` says.
    pub fn fields(self, kind: &str, fields: &Map<String, Value>) -> Self {
        if kind == "application/json" {
            return self.json(fields);
        }
        let pairs: Vec<(&str, String)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), text_of(value)))
            .collect();
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.form(&pairs)
    }
}

fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

impl TestApp {
    /// A call of `operation` about `id`, with its sample in the body.
    pub fn call(&self, operation: &Operation, id: &str) -> Request<'_> {
        let request = self.request(operation.method, &operation.filled(id));
        match operation.sample() {
            Some((kind, fields)) => request.fields(kind, &fields),
            None => request,
        }
    }
}
