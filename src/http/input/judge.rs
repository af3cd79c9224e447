//! Judging: every field against its rules, in the order type, minimum, maximum, pattern, meaning.

use serde_json::{Map, Value, json};

use super::shape::{Field, Kind};
use super::{Faults, Fields, masked};
use crate::app::App;
use crate::clock::Timestamp;
use crate::email_address::EmailAddress;
use crate::error::Fault;
use crate::http_url::HttpUrl;

/// Judges the object at `place` and reads it when nothing is wrong with it.
pub(super) fn object<T: Fields>(app: &App, place: &'static str, sent: &Map<String, Value>, faults: &mut Faults) -> Option<T> {
    let whole = masked(&Value::Object(sent.clone()));
    judge::<T>(app, place, sent, &whole, faults)
}

/// The same for a form, whose missing fields have no object to show.
pub(super) fn form<T: Fields>(app: &App, sent: Map<String, Value>, faults: &mut Faults) -> Option<T> {
    judge::<T>(app, "body", &sent, &Value::Null, faults)
}

fn judge<T: Fields>(
    app: &App,
    place: &'static str,
    sent: &Map<String, Value>,
    whole: &Value,
    faults: &mut Faults,
) -> Option<T> {
    let shape = T::shape();
    for field in &shape.fields {
        // A text that should have been a number has been reported already.
        if faults.names(place, &field.name) {
            continue;
        }
        match sent.get(&field.name) {
            None if field.required => faults.add(missing(place, Some(&field.name), whole.clone())),
            None => {}
            Some(value) => {
                if let Some(fault) = value_fault(place, field, value) {
                    faults.add(fault);
                }
            }
        }
    }
    T::review(app, sent, faults);
    faults.sort(place, &shape.names());
    if !faults.is_empty() {
        return None;
    }
    match serde_json::from_value(Value::Object(sent.clone())) {
        Ok(input) => Some(input),
        Err(error) => {
            // The schema let something through that the type does not hold: refuse it all the same.
            faults.add_value_error(&[place], &error.to_string(), whole.clone());
            None
        }
    }
}

/// A field, or the whole body, that is absent.
pub(super) fn missing(place: &'static str, field: Option<&str>, input: Value) -> Fault {
    let mut loc = vec![Value::from(place)];
    loc.extend(field.map(Value::from));
    Fault { r#type: "missing", loc, msg: "Field required".into(), input, ctx: None }
}

/// The first rule of `field` that `value` breaks.
fn value_fault(place: &'static str, field: &Field, value: &Value) -> Option<Fault> {
    if value.is_null() && field.nullable {
        return None;
    }
    let (kind, msg, ctx) = match (field.kind, value) {
        // An empty text clears an optional field, so no rule applies to it.
        (_, Value::String(text)) if text.is_empty() && field.nullable && field.minimum.is_none() => return None,
        _ if field.choices.is_some() => choice(field, value)?,
        (Kind::Text, Value::String(text)) => text_rules(field, text)?,
        (Kind::Integer, Value::Number(number)) => number_rules(field, number.as_i64().unwrap_or_default())?,
        (Kind::Boolean, Value::Bool(_)) => return None,
        (Kind::Text, _) => ("string_type", "Input should be a valid string".into(), None),
        (Kind::Integer, _) => ("int_type", "Input should be a valid integer".into(), None),
        (Kind::Boolean, _) => ("bool_type", "Input should be a valid boolean".into(), None),
    };
    let whole = json!({ &field.name: value });
    let input = masked(&whole).get(&field.name).cloned().unwrap_or_default();
    Some(Fault { r#type: kind, loc: vec![place.into(), field.name.clone().into()], msg, input, ctx })
}

type Broken = (&'static str, String, Option<Value>);

fn choice(field: &Field, value: &Value) -> Option<Broken> {
    let choices = field.choices.as_deref().unwrap_or_default();
    if value.as_str().is_some_and(|text| choices.iter().any(|choice| choice == text)) {
        return None;
    }
    let quoted: Vec<String> = choices.iter().map(|choice| format!("'{choice}'")).collect();
    let expected = match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    };
    Some(("enum", format!("Input should be {expected}"), Some(json!({"expected": expected}))))
}

fn text_rules(field: &Field, text: &str) -> Option<Broken> {
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    if let Some(least) = field.minimum.filter(|least| length < *least) {
        let msg = format!("String should have at least {least} character{}", plural(least));
        return Some(("string_too_short", msg, Some(json!({"min_length": least}))));
    }
    if let Some(most) = field.maximum.filter(|most| length > *most) {
        let msg = format!("String should have at most {most} character{}", plural(most));
        return Some(("string_too_long", msg, Some(json!({"max_length": most}))));
    }
    if let Some(pattern) = field.pattern.as_deref().filter(|_| !field.has_pattern(text)) {
        let msg = format!("String should match pattern '{pattern}'");
        return Some(("string_pattern_mismatch", msg, Some(json!({"pattern": pattern}))));
    }
    meaning(field.format.as_deref()?, text)
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

/// What a format asks for, beyond the form of the text.
fn meaning(format: &str, text: &str) -> Option<Broken> {
    let error = |what: &str| Some(("value_error", format!("Value error, {what}"), Some(json!({"error": {}}))));
    match format {
        "email" => {
            let reason = EmailAddress::parse(text).err()?.to_string();
            let msg = format!("value is not a valid email address: {reason}");
            Some(("value_error", msg, Some(json!({"reason": reason}))))
        }
        "uri" => HttpUrl::parse(text).err().and_then(|_| error("Invalid URL format")),
        "date-time" if Timestamp::parse(text).is_none() => {
            error("Input should be a date (2026-01-31) or a date and time with its offset (2026-01-31T12:00:00Z)")
        }
        _ => None,
    }
}
