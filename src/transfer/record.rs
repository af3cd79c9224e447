//! A record: an account as another system tells of it, before it is judged.

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::passwords::foreign::{Adopted, Refusal};

/// What is known of an account. What a system does not tell is `None`.
#[derive(Default)]
pub(super) struct Record {
    pub id: Option<String>,
    pub email: Option<String>,
    pub verified: Option<bool>,
    pub verified_at: Option<Timestamp>,
    pub nickname: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub bio: Option<String>,
    pub profile_picture_url: Option<String>,
    pub linkedin_profile_url: Option<String>,
    pub github_profile_url: Option<String>,
    /// The names of roles as the system has them.
    pub roles: Vec<String>,
    /// The role that waits for the address to be verified.
    pub pending_role: Option<String>,
    pub is_professional: bool,
    pub is_locked: bool,
    pub locked_at: Option<Timestamp>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub last_login_at: Option<Timestamp>,
    pub password: Password,
    /// What was told and cannot be read, for the report.
    pub odd: Vec<String>,
}

/// The password of a record.
pub(super) type Password = Option<Result<Adopted, Refusal>>;

/// The fields of a row.
pub(super) type Fields = Map<String, Value>;

/// The text of a value: of a number its digits. Nothing for what is empty.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// Whether a value says yes: `true`, `t`, `1`, `yes`, or a moment at which it became so.
pub(super) fn flag(value: Option<&Value>) -> Option<bool> {
    let text = match value? {
        Value::Bool(flag) => return Some(*flag),
        Value::Number(number) => return Some(number.as_f64() != Some(0.0)),
        Value::String(text) => text.trim().to_lowercase(),
        _ => return None,
    };
    match text.as_str() {
        "true" | "t" | "1" | "yes" | "y" | "on" => Some(true),
        "false" | "f" | "0" | "no" | "n" | "off" | "" | "null" | "none" => Some(false),
        _ => moment(Some(&Value::from(text.to_uppercase()))).map(|_| true),
    }
}

/// A moment: RFC 3339, as PostgreSQL or Python write it, or seconds or milliseconds since 1970.
pub(super) fn moment(value: Option<&Value>) -> Option<Timestamp> {
    let text = text(value)?;
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        return since_1970(number);
    }
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let text = text.replacen(' ', "T", 1);
    if let Some(moment) = Timestamp::parse(&text) {
        return Some(moment);
    }
    // An offset of hours alone, or none at all: then it is UTC.
    let minutes = format!("{text}:00");
    Timestamp::parse(&minutes).or_else(|| Timestamp::parse(&format!("{text}Z")))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "what lies beyond the bounds is refused before"
)]
fn since_1970(number: f64) -> Option<Timestamp> {
    // Above this, seconds would lie beyond the year 5000.
    const LAST_SECOND: f64 = 1e11;
    let millis = if number < LAST_SECOND {
        number * 1000.0
    } else {
        number
    };
    if !(0.0..LAST_SECOND * 1000.0).contains(&millis) {
        return None;
    }
    Some(Timestamp(millis as i64))
}

/// The texts of a list: of a JSON array, of PostgreSQL's `{a,b}`, or between commas.
pub(super) fn list(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => items.iter().filter_map(|item| text(Some(item))).collect(),
        Some(Value::String(text)) => {
            let bare = text.trim_matches(['{', '}', '[', ']']);
            let parts = bare
                .split([',', ';', '|'])
                .map(|part| part.trim().trim_matches(['"', '\'']));
            parts
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The object that a value is, or the JSON of one.
pub(super) fn object(value: Option<&Value>) -> Fields {
    match value {
        Some(Value::Object(fields)) => fields.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        _ => Fields::new(),
    }
}

/// Given and family name of a whole one.
pub(super) fn names(whole: &str) -> (Option<String>, Option<String>) {
    let whole = whole.trim();
    match whole.split_once(char::is_whitespace) {
        Some((first, last)) => (Some(first.to_owned()), Some(last.trim().to_owned())),
        None => (
            Some(whole.to_owned()).filter(|whole| !whole.is_empty()),
            None,
        ),
    }
}
