//! Judging: every field against its rules, in the order type, minimum, maximum, pattern, meaning.

use std::num::{IntErrorKind, ParseIntError};

use serde_json::{Map, Value, json};

use super::shape::{Field, Kind};
use super::{Faults, Fields, masked};
use crate::app::App;
use crate::clock::Timestamp;
use crate::email_address::EmailAddress;
use crate::error::Fault;
use crate::http_url::{self, HttpUrl};

/// What is judged: the fields, and where they came from.
pub(super) struct Subject<'a> {
    pub place: &'static str,
    pub fields: &'a Map<String, Value>,
    is_form: bool,
}

impl<'a> Subject<'a> {
    /// An object, which an entry about a missing field shows.
    pub fn object(place: &'static str, fields: &'a Map<String, Value>) -> Self {
        Self {
            place,
            fields,
            is_form: false,
        }
    }

    /// A form, whose missing fields have no object to show.
    pub fn form(fields: &'a Map<String, Value>) -> Self {
        Self {
            place: "body",
            fields,
            is_form: true,
        }
    }

    /// What stands for all of it in an entry.
    fn whole(&self) -> Value {
        if self.is_form {
            Value::Null
        } else {
            masked(&Value::Object(self.fields.clone()))
        }
    }

    /// Judges the fields and reads them when nothing is wrong.
    pub fn judge<T: Fields>(&self, app: &App, faults: &mut Faults) -> Option<T> {
        let shape = T::shape();
        for field in &shape.fields {
            // A text that should have been a number has been reported already.
            if faults.names(self.place, &field.name) {
                continue;
            }
            match self.fields.get(&field.name) {
                None if field.required => {
                    faults.add(missing(self.place, Some(&field.name), self.whole()));
                }
                None => {}
                Some(value) => {
                    if let Some(fault) = value_fault(self.place, field, value) {
                        faults.add(fault);
                    }
                }
            }
        }
        T::review(app, self.fields, faults);
        if !faults.is_empty() {
            faults.sort(self.place, &shape.names());
            return None;
        }
        match serde_json::from_value(Value::Object(self.fields.clone())) {
            Ok(input) => Some(input),
            Err(error) => {
                // The schema let something through that the type does not hold: refuse it all the same.
                faults.add_value_error(&[self.place], &error.to_string(), self.whole());
                None
            }
        }
    }
}

/// A field, or the whole body, that is absent.
pub(super) fn missing(place: &'static str, field: Option<&str>, input: Value) -> Fault {
    let mut loc = vec![Value::from(place)];
    loc.extend(field.map(Value::from));
    Fault {
        r#type: "missing",
        loc,
        msg: "Field required".into(),
        input,
        ctx: None,
    }
}

/// The first rule of `field` that `value` breaks.
fn value_fault(place: &'static str, field: &Field, value: &Value) -> Option<Fault> {
    if value.is_null() && field.nullable {
        return None;
    }
    let (kind, msg, ctx) = match (field.kind, value) {
        // An empty text clears an optional field, so no rule applies to it.
        (_, Value::String(text))
            if text.is_empty() && field.nullable && field.minimum.is_none() =>
        {
            return None;
        }
        _ if field.choices.is_some() => choice(field, value)?,
        (Kind::Text, Value::String(text)) => text_rules(field, text)?,
        (Kind::Integer, Value::Number(number)) if number.is_i64() => {
            number_rules(field, number.as_i64().unwrap_or_default())?
        }
        (Kind::Boolean, Value::Bool(_)) => return None,
        (Kind::Text, _) => ("string_type", "Input should be a valid string".into(), None),
        (Kind::Integer, _) => ("int_type", "Input should be a valid integer".into(), None),
        (Kind::Boolean, _) => ("bool_type", "Input should be a valid boolean".into(), None),
    };
    let whole = json!({ &field.name: value });
    let input = masked(&whole).get(&field.name).cloned().unwrap_or_default();
    Some(Fault {
        r#type: kind,
        loc: vec![place.into(), field.name.clone().into()],
        msg,
        input,
        ctx,
    })
}

type Broken = (&'static str, String, Option<Value>);

fn choice(field: &Field, value: &Value) -> Option<Broken> {
    let choices = field.choices.as_deref().unwrap_or_default();
    if value
        .as_str()
        .is_some_and(|text| choices.iter().any(|choice| choice == text))
    {
        return None;
    }
    let quoted: Vec<String> = choices.iter().map(|choice| format!("'{choice}'")).collect();
    let expected = match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    };
    Some((
        "enum",
        format!("Input should be {expected}"),
        Some(json!({"expected": expected})),
    ))
}

fn text_rules(field: &Field, text: &str) -> Option<Broken> {
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    if let Some(least) = field.minimum.filter(|least| length < *least) {
        let msg = format!(
            "String should have at least {least} character{}",
            plural(least)
        );
        return Some(("string_too_short", msg, Some(json!({"min_length": least}))));
    }
    if let Some(most) = field.maximum.filter(|most| length > *most) {
        let msg = format!(
            "String should have at most {most} character{}",
            plural(most)
        );
        return Some(("string_too_long", msg, Some(json!({"max_length": most}))));
    }
    if let Some(pattern) = field
        .pattern
        .as_deref()
        .filter(|_| !field.has_pattern(text))
    {
        let msg = format!("String should match pattern '{pattern}'");
        return Some((
            "string_pattern_mismatch",
            msg,
            Some(json!({"pattern": pattern})),
        ));
    }
    meaning(field, text)
}

fn plural(count: i64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn number_rules(field: &Field, number: i64) -> Option<Broken> {
    if let Some(least) = field.minimum.filter(|least| number < *least) {
        let msg = format!("Input should be greater than or equal to {least}");
        return Some(("greater_than_equal", msg, Some(json!({"ge": least}))));
    }
    let most = field.maximum.filter(|most| number > *most)?;
    let msg = format!("Input should be less than or equal to {most}");
    Some(("less_than_equal", msg, Some(json!({"le": most}))))
}

/// Whether a text was a number, but one that 64 bits do not hold.
pub(super) fn is_beyond(error: &ParseIntError) -> bool {
    matches!(
        error.kind(),
        IntErrorKind::PosOverflow | IntErrorKind::NegOverflow
    )
}

/// A number that 64 bits do not hold: every limit refuses it.
pub(super) fn huge_number(place: &'static str, field: &Field, digits: &str) -> Fault {
    let nearest = if digits.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    let (kind, msg, ctx) = number_rules(field, nearest).unwrap_or((
        "int_parsing_size",
        "Unable to parse input string as an integer, exceeded maximum size".into(),
        None,
    ));
    let input = digits
        .parse::<u64>()
        .map_or_else(|_| Value::from(digits), Value::from);
    Fault {
        r#type: kind,
        loc: vec![place.into(), field.name.clone().into()],
        msg,
        input,
        ctx,
    }
}

/// What a field means, beyond the form of its text.
fn meaning(field: &Field, text: &str) -> Option<Broken> {
    let error = |what: &str| {
        Some((
            "value_error",
            format!("Value error, {what}"),
            Some(json!({"error": {}})),
        ))
    };
    if field.pattern.as_deref() == Some(http_url::PATTERN) {
        return HttpUrl::parse(text)
            .err()
            .and_then(|_| error("Invalid URL format"));
    }
    match field.format.as_deref()? {
        "email" => {
            let reason = EmailAddress::parse(text).err()?.to_string();
            let msg = format!("value is not a valid email address: {reason}");
            Some(("value_error", msg, Some(json!({"reason": reason}))))
        }
        "date-time" if Timestamp::parse(text).is_none() => error(
            "Input should be a date (2026-01-31) or a date and time with its offset (2026-01-31T12:00:00Z)",
        ),
        _ => None,
    }
}
