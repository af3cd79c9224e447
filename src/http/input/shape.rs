//! The schema that the document shows, compiled into what judges the input: a limit is written once.

use serde_json::{Map, Value};
use utoipa::PartialSchema;

use super::{Faults, judge};
use crate::error::Fault;
use crate::{http_url, nicknames};

/// Pattern of free text: anything but NUL, which PostgreSQL cannot keep.
pub const TEXT_PATTERN: &str = r"^[^\u0000]*$";

/// The fields of a schema, in its order.
#[derive(Debug)]
pub struct Shape {
    pub(super) fields: Vec<Field>,
}

/// A field and its rules, in the order in which they are judged.
#[derive(Debug)]
pub(super) struct Field {
    pub name: String,
    pub required: bool,
    pub nullable: bool,
    pub kind: Kind,
    pub minimum: Option<i64>,
    pub maximum: Option<i64>,
    pub pattern: Option<String>,
    pub choices: Option<Vec<String>>,
    pub format: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Boolean,
}

impl Shape {
    /// Compiles the schema of `T`.
    pub fn of<T: PartialSchema>() -> Self {
        let schema = serde_json::to_value(T::schema()).unwrap_or_default();
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let properties = schema.get("properties").and_then(Value::as_object);
        let fields = properties.into_iter().flatten();
        let fields =
            fields.map(|(name, rules)| Field::of(name, rules, required.contains(&name.as_str())));
        Self {
            fields: fields.collect(),
        }
    }

    /// The names of the fields.
    pub fn names(&self) -> Vec<&str> {
        self.fields
            .iter()
            .map(|field| field.name.as_str())
            .collect()
    }

    /// Turns the texts of a query or a form into the types of the schema.
    pub(super) fn coerce(
        &self,
        place: &'static str,
        sent: &mut Map<String, Value>,
        faults: &mut Faults,
    ) {
        for field in &self.fields {
            let Some(Value::String(text)) = sent.get(&field.name) else {
                continue;
            };
            let parsed = match field.kind {
                Kind::Text => continue,
                Kind::Integer => match text.trim().parse::<i64>() {
                    Err(error) if judge::is_beyond(&error) => {
                        faults.add(judge::huge_number(place, field, text.trim()));
                        continue;
                    }
                    number => number.ok().map(Value::from),
                },
                Kind::Boolean => match text.to_ascii_lowercase().as_str() {
                    "true" | "1" | "yes" | "on" => Some(Value::Bool(true)),
                    "false" | "0" | "no" | "off" => Some(Value::Bool(false)),
                    _ => None,
                },
            };
            if let Some(value) = parsed {
                sent.insert(field.name.clone(), value);
                continue;
            }
            let (kind, msg) = match field.kind {
                Kind::Boolean => (
                    "bool_parsing",
                    "Input should be a valid boolean, unable to interpret input",
                ),
                _ => (
                    "int_parsing",
                    "Input should be a valid integer, unable to parse string as an integer",
                ),
            };
            let loc = vec![place.into(), field.name.clone().into()];
            faults.add(Fault {
                r#type: kind,
                loc,
                msg: msg.into(),
                input: text.clone().into(),
                ctx: None,
            });
        }
    }
}

impl Field {
    fn of(name: &str, rules: &Value, required: bool) -> Self {
        let types: Vec<&str> = match rules.get("type") {
            Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(kind)) => vec![kind],
            _ => Vec::new(),
        };
        let kind = if types.contains(&"integer") {
            Kind::Integer
        } else if types.contains(&"boolean") {
            Kind::Boolean
        } else {
            Kind::Text
        };
        let (least, most) = if kind == Kind::Text {
            ("minLength", "maxLength")
        } else {
            ("minimum", "maximum")
        };
        let text = |rule: &str| rules.get(rule).and_then(Value::as_str).map(str::to_owned);
        let choices = rules.get("enum").and_then(Value::as_array);
        Self {
            name: name.to_owned(),
            required,
            nullable: types.contains(&"null"),
            kind,
            minimum: rules.get(least).and_then(Value::as_i64),
            maximum: rules.get(most).and_then(Value::as_i64),
            pattern: text("pattern"),
            choices: choices.map(|all| {
                all.iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect()
            }),
            format: text("format"),
        }
    }

    /// Whether `text` has the field's pattern. The patterns in use are few; a test holds the schemas to them.
    pub(super) fn has_pattern(&self, text: &str) -> bool {
        match self.pattern.as_deref() {
            // An address of the web is judged by its parser, and told as a fault of meaning.
            None | Some(http_url::PATTERN) => true,
            Some(TEXT_PATTERN) => !text.contains('\0'),
            Some(nicknames::PATTERN) => nicknames::is_allowed(text),
            Some(plain) => text.contains(plain),
        }
    }
}
