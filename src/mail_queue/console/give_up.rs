//! The question before a mail is given up for good, and the button that does it.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::super::give_up;
use super::{PAGE, back, with_fault};
use crate::app::App;
use crate::console::{Address, Desk, Pressed, Section};
use crate::error::{Problem, Result};
use crate::http::Checked;
use crate::http::input::Anyone;
use crate::ids::MailId;
use crate::mail;

const CONSEQUENCE: &str = "What it says is deleted, and it is never sent. Whoever waits for it has to ask for another one. If it is on its way at this moment, it may arrive all the same.";

/// Where the question is.
pub(super) fn question(id: MailId, chosen: &str) -> String {
    let here = Address::of(&format!("{PAGE}/{id}/drop"), "");
    here.with(&[("back", Some(chosen).filter(|chosen| !chosen.is_empty()))])
        .href()
}

/// `GET /admin/mail/{mail_id}/drop`
pub(super) async fn page(
    State(app): State<App>,
    desk: Desk,
    Checked(_, id): Checked<Anyone, MailId>,
) -> Result<Response> {
    desk.admin(&app).await?;
    let chosen = desk.address.get("back").unwrap_or_default();
    if let Some(redirect) = desk.must_confirm(&app, &question(id, chosen)) {
        return Ok(redirect);
    }
    let found = mail::queued(&app.db, id).await?;
    let found = found.filter(|mail| mail.sent_at.is_none());
    let found = found.ok_or(Problem::NoSuchMail)?;
    let kind = found.kind.as_deref().unwrap_or("mail");
    let about = format!("{}, to {}", kind.replace(['/', '_'], " "), found.recipient);
    desk.page(&app, "console/question.html", Section::Mail)
        .with("question", "Give up this mail?")
        .with("consequence", CONSEQUENCE)
        .with("about", vec![about])
        .with("button", "Give up")
        .with("is_danger", true)
        .with("action", format!("{PAGE}/{id}/drop"))
        .with("fields", json!([["back", chosen]]))
        .with("back", Address::of(PAGE, chosen).with(&[]).href())
        .render(&app)
}

/// `POST /admin/mail/{mail_id}/drop`
pub(super) async fn submit(
    State(app): State<App>,
    Pressed { desk, form }: Pressed,
    Checked(_, id): Checked<Anyone, MailId>,
) -> Result<Response> {
    let admin = desk.admin(&app).await?;
    let chosen = form.get("back");
    if let Some(redirect) = desk.must_confirm(&app, &question(id, chosen)) {
        return Ok(redirect);
    }
    match give_up(&app, &admin, id).await {
        Ok(()) => Ok(back(chosen, "dropped")),
        Err(error) => with_fault(&app, desk, (chosen, error)).await,
    }
}
