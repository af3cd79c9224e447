//! The section of the console with the settings in force.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::list::{SettingsQuery, list};
use crate::app::App;
use crate::config::describe::Line;
use crate::config::{SECTIONS, Section as Group};
use crate::console::{Desk, Section};
use crate::error::Result;

/// Letters of a search that are looked at.
const LONGEST: usize = 100;

/// `GET /admin/settings`
pub(super) async fn page(State(app): State<App>, desk: Desk) -> Result<Response> {
    let admin = desk.admin(&app).await?;
    let q = desk.address.get("q").unwrap_or_default().trim();
    let query = SettingsQuery {
        q: q.chars().take(LONGEST).collect(),
        changed: desk.address.get("changed") == Some("true"),
    };
    let lines = list(&app, &admin, &query);
    let groups: Vec<Value> = SECTIONS
        .iter()
        .filter_map(|group| shown(group, &lines))
        .collect();
    desk.page(&app, "settings/list.html", Section::Settings)
        .with("q", query.q.clone())
        .with("changed", query.changed)
        .with("is_filtered", query.changed || !query.q.is_empty())
        .with("count", lines.len())
        .with("groups", groups)
        .render(&app)
}

/// A section of the settings with those of its lines that are to be shown, if there are any.
fn shown(group: &Group, lines: &[Line]) -> Option<Value> {
    let own = lines.iter().filter(|line| line.section() == group.name);
    let rows: Vec<Value> = own.map(row).collect();
    let about: Vec<&str> = group.doc.iter().map(|line| line.trim()).collect();
    (!rows.is_empty()).then(|| json!({"name": group.name, "about": about.join(" "), "rows": rows}))
}

fn row(line: &Line) -> Value {
    json!({
        "key": line.key,
        "value": text(&line.value),
        "default": text(&line.default),
        "is_default": line.is_default,
        "origin": line.origin,
        "variable": line.variable,
        "about": line.about,
    })
}

/// A value as somebody would say it: a text without its quotes.
fn text(value: &toml::Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}
