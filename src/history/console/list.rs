//! The page: what has happened, with filters that are kept in its address, and what can be done with the log.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::super::AuditQuery;
use super::super::list_all::part;
use super::entry::{self, Names};
use super::{PAGE, filter, verify};
use crate::app::App;
use crate::console::{Desk, Section};
use crate::error::Result;
use crate::http::PageFault;
use crate::sessions::Admin;

/// `GET /admin/audit`
pub(super) async fn page(State(app): State<App>, desk: Desk) -> Result<Response> {
    desk.admin(&app).await?;
    show(&app, &desk, None).await
}

/// The page, perhaps with what could not be done.
pub(super) async fn show(app: &App, desk: &Desk, fault: Option<PageFault>) -> Result<Response> {
    let address = &desk.address;
    let auditor = Admin::of(&desk.staff)?;
    let (query, fault) = match filter::read(app, address) {
        Ok(query) => (query, fault),
        Err(error) => (AuditQuery::default(), Some(PageFault::of(error)?)),
    };
    let found = part(app, &auditor, &query).await?;
    let names = Names::of(app, &found.entries).await?;
    let entries = found.entries.iter();
    let entries: Vec<Value> = entries.map(|one| entry::shown(one, &names)).collect();
    let looked_to = found.next.filter(|_| found.is_early);
    let next = found.next.map(|place| place.to_string());
    let next = next.map(|cursor| address.with(&[("cursor", Some(&cursor))]).href());
    let first = address.get("cursor");
    let first = first.map(|_| address.with(&[("cursor", None)]).href());
    let page = desk.page(app, "history/console.html", Section::Audit);
    let page = match fault {
        Some(fault) => page.because(&fault).with("fault", text(&fault)),
        None => page,
    };
    page.with("action", PAGE)
        .with("chosen", filter::chosen(address))
        .with("events", filter::events())
        .with("is_filtered", filter::is_any(address))
        .with("back", address.with(&[("cursor", None)]).query())
        .with("entries", entries)
        .with("is_early", found.is_early)
        .with("looked_to", json!(looked_to.map(|place| place.at())))
        .with("first", first)
        .with("next", next)
        .with("verified", verify::told(app, desk))
        .with("at_most", super::super::verify::AT_MOST)
        .render(app)
}

/// Of a choice the fault would name everything that can be chosen: the form shows that better.
fn text(fault: &PageFault) -> String {
    let is_choice = ["event", "outcome"]
        .iter()
        .any(|name| fault.fields.contains_key(*name));
    if is_choice {
        return "There is no such event or outcome. Choose one of the form.".to_owned();
    }
    let fields = fault.fields.values().find_map(Value::as_str);
    let text = fault.general.as_deref().or(fields);
    text.unwrap_or("This cannot be shown.").to_owned()
}
