//! List the newest mails.
//!
//! Doors: the page `GET /dev/mail`, and for tests `GET /dev/mail.json?to=address`.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::{Nearby, links};
use crate::app::App;
use crate::error::Result;
use crate::http::{Json, Page};
use crate::mail;

pub(super) async fn page(State(app): State<App>, _: Nearby) -> Result<Response> {
    let mails = mail::newest(&app, None).await?;
    let rows = mails.iter().map(|mail| {
        json!({"id": mail.id, "to": mail.to, "subject": mail.content.subject, "created_at": mail.created_at})
    });
    Page::new("mailbox/list.html")
        .with("mails", rows.collect::<Vec<Value>>())
        .render(&app)
}

pub(super) async fn api(
    State(app): State<App>,
    _: Nearby,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>> {
    let query = query.unwrap_or_default();
    let to = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "to")
        .map(|(_, to)| to);
    let mails = mail::newest(&app, to.as_deref()).await?;
    let items = mails.iter().map(|mail| {
        json!({
            "id": mail.id,
            "to": mail.to,
            "subject": mail.content.subject,
            "created_at": mail.created_at,
            "text": mail.content.text,
            "html": mail.content.html,
            "links": links::find(&mail.content.text),
        })
    });
    Ok(Json(json!({"items": items.collect::<Vec<Value>>()})))
}
