//! A form of a page: its texts, kept so that the page can show them again, and read by the rules of the API.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde_json::{Map, Value};

use super::super::prefers_html;
use super::{Fields, Sent, judge_object};
use crate::app::App;
use crate::error::Result;

/// What a person typed into a form.
#[derive(Debug, Clone)]
pub struct FormText(Map<String, Value>);

impl FromRequestParts<App> for FormText {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(Sent::of(parts, app).await.form_fields()))
    }
}

impl FormText {
    /// The fields that were filled in. An empty field of a form is one that was left out.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.0
    }

    /// One field; empty when it was left out.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Reads the fields as `T`, judged as the API judges them.
    pub fn read<T: Fields>(&self, app: &App) -> Result<T> {
        judge_object(app, &self.0)
    }

    /// The same, but a field of `T` that was left empty is cleared.
    pub fn read_emptied<T: Fields>(&self, app: &App) -> Result<T> {
        let mut fields = self.0.clone();
        for name in T::shape().optional() {
            fields.entry(name).or_insert(Value::Null);
        }
        judge_object(app, &fields)
    }

    /// Whether the client asks for JSON and not for a page.
    pub fn wants_json(&self, headers: &HeaderMap) -> bool {
        let accept = headers.get("accept").and_then(|value| value.to_str().ok()).unwrap_or_default();
        accept.contains("application/json") && !prefers_html(headers)
    }
}
