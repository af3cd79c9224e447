//! The button that takes out of the log what the filter shows, as a file that is made while it is sent.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::super::export::{self, Kind};
use super::{PAGE, filter, list};
use crate::app::App;
use crate::console::{Address, Pressed};
use crate::error::{Problem, Result};
use crate::http::{Download, PageFault, in_pieces};
use crate::sessions::Admin;

/// `POST /admin/audit/export`
pub(super) async fn submit(State(app): State<App>, pressed: Pressed) -> Result<Response> {
    let Pressed { mut desk, form } = pressed;
    desk.admin(&app).await?;
    desk.address = Address::of(PAGE, form.get("back")).with(&[("cursor", None)]);
    if let Some(redirect) = desk.must_confirm(&app, &desk.address.href()) {
        return Ok(redirect);
    }
    let kind = Kind::of(form.get("format")).ok_or(Problem::BadRequest)?;
    let query = match filter::read(&app, &desk.address) {
        Ok(query) => query,
        Err(error) => return list::show(&app, &desk, Some(PageFault::of(error)?)).await,
    };
    let auditor = Admin::of(&desk.staff)?;
    let export = export::export(&app, &auditor, (query, kind)).await?;
    let (name, media) = match kind {
        Kind::Jsonl => ("audit.jsonl", "application/jsonl"),
        Kind::Csv => ("audit.csv", "text/csv; charset=utf-8"),
    };
    let body = in_pieces(export, |mut export| async move {
        let piece = export.next().await?;
        Ok(piece.map(|text| (text, export)))
    });
    Ok(Download { name, media, body }.into_response())
}
