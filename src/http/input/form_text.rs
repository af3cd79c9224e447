//! A form of a page: its texts, kept so that the page can show them again, and read by the rules of the API.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::{Map, Value};

use super::super::{prefers_html, refuse_foreign_site};
use super::{Fields, Sent, judge_object};
use crate::app::App;
use crate::error::{Error, Result};

/// What a person typed into a form of this site. A form that another site has sent is refused.
#[derive(Debug, Clone)]
pub struct FormText {
    fields: Map<String, Value>,
    emptied: Vec<String>,
    wants_json: bool,
}

impl FromRequestParts<App> for FormText {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        refuse_foreign_site(&app.config, &parts.method, &parts.headers)?;
        let accept = parts
            .headers
            .get("accept")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let wants_json = accept.contains("application/json") && !prefers_html(&parts.headers);
        let sent = Sent::of(parts, app).await;
        Ok(Self {
            fields: sent.form_fields(),
            emptied: sent.emptied_form_fields(),
            wants_json,
        })
    }
}

impl FormText {
    /// The fields that were filled in. An empty field of a form is one that was left out.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }

    /// One field; empty when it was left out.
    pub fn get(&self, name: &str) -> &str {
        self.fields
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Reads the fields as `T`, judged as the API judges them.
    pub fn read<T: Fields>(&self, app: &App) -> Result<T> {
        judge_object(app, &self.fields)
    }

    /// The same for a form that shows what there is: a field that was emptied is cleared, or refused where it must stay.
    pub fn read_emptied<T: Fields>(&self, app: &App) -> Result<T> {
        let mut fields = self.fields.clone();
        for name in &self.emptied {
            fields.insert(name.clone(), Value::from(""));
        }
        judge_object(app, &fields)
    }

    /// Whether the client asks for JSON and not for a page.
    pub fn wants_json(&self) -> bool {
        self.wants_json
    }
}
