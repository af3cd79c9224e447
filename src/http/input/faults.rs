//! The faults of one request: an entry each, no field twice, no secret in any.

use serde_json::{Map, Value, json};

use crate::error::Fault;

/// Faults in the order in which they are found.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Whether none was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }

    /// Whether the field at `place` (`body`, `query`) has one already.
    pub fn names(&self, place: &str, field: &str) -> bool {
        self.0.iter().any(|fault| {
            fault.loc.len() == 2 && *fault.loc == [Value::from(place), Value::from(field)]
        })
    }

    /// Adds a fault, unless its field has one already: the first broken rule is told.
    pub fn add(&mut self, fault: Fault) {
        if !self.0.iter().any(|known| known.loc == fault.loc) {
            self.0.push(fault);
        }
    }

    /// Adds a broken rule of meaning: `Value error, <what>`.
    pub fn add_value_error(&mut self, loc: &[&str], what: &str, input: Value) {
        self.add(Fault {
            r#type: "value_error",
            loc: loc.iter().map(|part| Value::from(*part)).collect(),
            msg: format!("Value error, {what}"),
            input,
            ctx: Some(json!({"error": {}})),
        });
    }

    /// Puts the faults of `place` into the order in which `fields` stand in their schema.
    pub(super) fn sort(&mut self, place: &str, fields: &[&str]) {
        let rank = |fault: &Fault| {
            let field = fault.loc.get(1).and_then(Value::as_str);
            fields
                .iter()
                .position(|known| Some(*known) == field)
                .map_or(0, |at| at + 1)
        };
        let begin = self
            .0
            .iter()
            .position(|fault| fault.loc.first() == Some(&Value::from(place)));
        if let Some(faults) = begin.and_then(|begin| self.0.get_mut(begin..)) {
            faults.sort_by_key(rank);
        }
    }
}

/// Whether a key names something that an answer must not repeat.
fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["password", "token", "secret"]
        .iter()
        .any(|word| key.contains(word))
}

/// How deep an echo goes: what lies deeper is left out, so that every client can read the answer.
const ECHO_DEPTH: usize = 16;

/// A copy of what was sent with `null` in place of every secret, and of what lies too deep.
pub fn masked(value: &Value) -> Value {
    masked_to(value, ECHO_DEPTH)
}

fn masked_to(value: &Value, depth: usize) -> Value {
    match value {
        Value::Object(_) | Value::Array(_) if depth == 0 => Value::Null,
        Value::Object(fields) => {
            let masked = fields.iter().map(|(key, value)| {
                let value = if is_secret(key) {
                    Value::Null
                } else {
                    masked_to(value, depth - 1)
                };
                (key.clone(), value)
            });
            Value::Object(masked.collect::<Map<_, _>>())
        }
        Value::Array(items) => items
            .iter()
            .map(|item| masked_to(item, depth - 1))
            .collect(),
        other => other.clone(),
    }
}
