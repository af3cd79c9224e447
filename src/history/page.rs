//! The page that shows people what has happened to their account.

use axum::extract::{RawQuery, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::list::{HistoryItem, HistoryQuery, list};
use crate::app::App;
use crate::error::Result;
use crate::http::{Page, Redirect, own_path};
use crate::pages;
use crate::sessions::Visitor;

/// `GET /history`
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let Some(caller) = &visitor.caller else {
        return Ok(Redirect::see_other(own_path::login_and_back(&uri)).into_response());
    };
    let query = query.unwrap_or_default();
    let before = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "before");
    let cursor = before.map(|(_, before)| before.into_owned());
    let is_older = cursor.is_some();
    // A place that is none begins with the newest.
    let history = list(
        &app,
        caller,
        &HistoryQuery {
            cursor,
            ..HistoryQuery::default()
        },
    )
    .await?;
    let rows: Vec<Value> = history.items.iter().map(row).collect();
    pages::with_viewer(Page::new("history/list.html"), &visitor)
        .with("entries", rows)
        .with("is_older", is_older)
        .with("older", history.next_cursor)
        .render(&app)
}

fn row(item: &HistoryItem) -> Value {
    json!({
        "at": item.at,
        "what": item.what,
        "is_refused": item.outcome == "refused",
        "browser": item.browser,
        "address": item.address,
    })
}
