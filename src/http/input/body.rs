//! Bodies: JSON, and forms in both of their encodings.

use serde_json::{Map, Value, json};

use super::{Faults, Sent, judge, masked};
use crate::error::Fault;

/// An HTML form in the body: `application/x-www-form-urlencoded` or `multipart/form-data`.
pub struct Form<T>(pub T);

/// A JSON object in the body, or a form with the same fields, as OAuth 2.0 sends it (RFC 6749 section 4.1.3).
pub struct JsonOrForm<T>(pub T);

impl Sent {
    /// Whether the body is a form.
    pub(super) fn is_form(&self) -> bool {
        self.media_type().is_some_and(|kind| {
            kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data"
        })
    }

    /// The media type, lower-cased, without its parameters.
    fn media_type(&self) -> Option<String> {
        let kind = self
            .content_type
            .as_deref()?
            .split(';')
            .next()
            .unwrap_or_default();
        Some(kind.trim().to_ascii_lowercase())
    }

    /// The parsed body; `None` when there is none or it is of another type.
    pub(super) fn json(&self) -> Result<Option<&Value>, Box<Fault>> {
        let parsed = self.json.get_or_init(|| {
            let is_json = self.media_type().is_none_or(|kind| {
                kind == "application/json"
                    || (kind.starts_with("application/") && kind.ends_with("+json"))
            });
            if !is_json || self.body.is_empty() {
                Ok(None)
            } else {
                parse(&self.body).map(Some)
            }
        });
        parsed.as_ref().map(Option::as_ref).map_err(Box::clone)
    }

    /// The body's object, or the fault of having none.
    pub(super) fn json_object(&self, faults: &mut Faults) -> Option<&Map<String, Value>> {
        let fault = match self.json() {
            Ok(Some(Value::Object(object))) => return Some(object),
            Ok(Some(Value::Null)) => judge::missing("body", None, Value::Null),
            Ok(Some(other)) => no_object(masked(other)),
            Ok(None) if self.body.is_empty() => judge::missing("body", None, Value::Null),
            // Not parsed, so nobody knows what it holds: it may be a password.
            Ok(None) => no_object(Value::Null),
            Err(fault) => *fault,
        };
        faults.add(fault);
        None
    }

    /// The form's fields. Of a repeated one the last counts; an empty one counts as absent.
    pub(super) fn form_fields(&self) -> Map<String, Value> {
        let mut fields = self.whole_form();
        fields.retain(|_, value| value.as_str() != Some(""));
        fields
    }

    /// The names of the fields that were sent empty.
    pub(super) fn emptied_form_fields(&self) -> Vec<String> {
        let fields = self.whole_form().into_iter();
        let empty = fields.filter(|(_, value)| value.as_str() == Some(""));
        empty.map(|(name, _)| name).collect()
    }

    fn whole_form(&self) -> Map<String, Value> {
        let content_type = self.content_type.as_deref().unwrap_or_default();
        let pairs = form_pairs(content_type, &self.body).into_iter();
        pairs
            .map(|(name, value)| (name, Value::String(value)))
            .collect()
    }
}

fn no_object(input: Value) -> Fault {
    Fault {
        r#type: "model_attributes_type",
        loc: vec!["body".into()],
        msg: "Input should be a valid dictionary or object to extract fields from".into(),
        input,
        ctx: None,
    }
}

fn parse(body: &[u8]) -> Result<Value, Box<Fault>> {
    serde_json::from_slice(body).map_err(|error| {
        let text = error.to_string();
        let what = text
            .rsplit_once(" at line")
            .map_or(text.as_str(), |(what, _)| what);
        // The parser names the place of what it did not expect, and at an early end that of the last byte it saw.
        let place = if error.is_eof() {
            String::from_utf8_lossy(body).chars().count()
        } else {
            character_offset(body, error.line(), error.column())
        };
        Box::new(Fault {
            r#type: "json_invalid",
            loc: vec!["body".into(), place.into()],
            msg: "JSON decode error".into(),
            input: json!({}),
            ctx: Some(json!({"error": what})),
        })
    })
}

/// The place of a line and a column (in bytes, from 1) as a count of characters from the beginning.
fn character_offset(body: &[u8], line: usize, column: usize) -> usize {
    let before: usize = body
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let offset = (before + column.saturating_sub(1)).min(body.len());
    let read = body.get(..offset).unwrap_or_default();
    String::from_utf8_lossy(read).chars().count()
}

/// The fields of a form body in the order in which they were sent; none when it is no form, or a broken one.
pub fn form_pairs(content_type: &str, body: &[u8]) -> Vec<(String, String)> {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return form_urlencoded::parse(body).into_owned().collect();
    }
    match multer::parse_boundary(content_type) {
        Ok(boundary) => multipart(body.to_vec(), boundary),
        Err(_) => Vec::new(),
    }
}

/// The text fields of a multipart body. All of it is here already, so the parser never waits.
fn multipart(body: Vec<u8>, boundary: String) -> Vec<(String, String)> {
    use futures_util::FutureExt;

    let whole =
        futures_util::stream::once(std::future::ready(Ok::<_, std::convert::Infallible>(body)));
    let mut parser = multer::Multipart::new(whole, boundary);
    let read = async {
        let mut pairs = Vec::new();
        while let Ok(Some(field)) = parser.next_field().await {
            let name = field.name().unwrap_or_default().to_owned();
            let is_file = field.file_name().is_some();
            let Ok(value) = field.bytes().await else {
                break;
            };
            if !is_file {
                pairs.push((name, String::from_utf8_lossy(&value).into_owned()));
            }
        }
        pairs
    };
    read.now_or_never().unwrap_or_default()
}
