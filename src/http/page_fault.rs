//! What went wrong behind a form, told to the person who filled it in.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::error::{Error, Fault, Problem, Result};

/// What went wrong behind a form, in the form's terms.
#[derive(Debug, Default)]
pub struct PageFault {
    /// The status of the answer.
    pub status: u16,
    /// What concerns the whole form.
    pub general: Option<String>,
    /// What concerns one field, by its name.
    pub fields: Map<String, Value>,
    /// After which time it is worth trying again.
    pub(super) wait: Option<Duration>,
}

impl PageFault {
    /// Reads an operation's error; one that no form can show goes back to the caller.
    pub fn of(error: Error) -> Result<Self> {
        match error {
            Error::Problem(problem) => Ok(Self::general(problem, None)),
            Error::TryLater(problem, wait) => Ok(Self::general(problem, Some(wait))),
            Error::Invalid(faults) => {
                let mut fields = Map::new();
                for fault in &faults {
                    let place = fault.loc.last().and_then(Value::as_str).unwrap_or_default();
                    fields.insert(place.to_owned(), Value::String(for_people(fault)));
                }
                let general = fields
                    .remove("body")
                    .and_then(|text| text.as_str().map(str::to_owned));
                Ok(Self {
                    status: 422,
                    general,
                    fields,
                    wait: None,
                })
            }
            other => Err(other),
        }
    }

    /// What concerns the whole form, in words of its own.
    pub fn saying(status: u16, text: String) -> Self {
        Self {
            status,
            general: Some(text),
            ..Self::default()
        }
    }

    fn general(problem: Problem, wait: Option<Duration>) -> Self {
        Self {
            status: problem.status(),
            general: Some(problem.detail().to_owned()),
            fields: Map::new(),
            wait,
        }
    }
}

/// A fault of the API in words for people: the catalogue's texts are for those who write clients.
fn for_people(fault: &Fault) -> String {
    let rule = |name: &str| {
        fault
            .ctx
            .as_ref()
            .and_then(|ctx| ctx.get(name))
            .cloned()
            .unwrap_or_default()
    };
    match fault.r#type {
        "missing" => "Fill this in.".to_owned(),
        "string_too_short" => format!("Use at least {} characters.", rule("min_length")),
        "string_too_long" => format!("Use at most {} characters.", rule("max_length")),
        "string_pattern_mismatch" if fault.loc.iter().any(|part| part == "nickname") => {
            "Use only letters, digits, - and _.".to_owned()
        }
        "string_pattern_mismatch" => "This has characters that cannot be kept.".to_owned(),
        _ if fault.msg == "Value error, Invalid URL format" => {
            "Enter a whole web address, such as https://example.com/me.".to_owned()
        }
        _ => match rule("reason") {
            Value::String(reason) => reason,
            _ => fault.msg.trim_start_matches("Value error, ").to_owned(),
        },
    }
}
