//! Show a mail: its text with links that work, and its HTML in a frame that can do nothing.
//!
//! Doors: the pages `GET /dev/mail/{id}` and `GET /dev/mail/{id}/html`, the latter for the frame of the former.

use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderName, X_FRAME_OPTIONS};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::{Nearby, links};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::http::{Page, Segment};
use crate::mail::{self, Mail};

/// As for every page, and the mail's HTML in a frame.
const PAGE_POLICY: [(HeaderName, &str); 1] = [(
    CONTENT_SECURITY_POLICY,
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
)];

/// Mails carry their styles in themselves; they load nothing, and only our page frames them.
const MAIL_POLICY: [(HeaderName, &str); 2] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
    ),
    (X_FRAME_OPTIONS, "SAMEORIGIN"),
];

pub(super) async fn page(
    State(app): State<App>,
    _: Nearby,
    Segment(id): Segment,
) -> Result<Response> {
    let mail = get(&app, &id).await?;
    let shown = json!({
        "id": mail.id,
        "to": mail.to,
        "from": app.config.mail.from,
        "subject": mail.content.subject,
        "created_at": mail.created_at,
    });
    let page = Page::new("mailbox/show.html").with("mail", shown);
    let page = page.with("text_html", links::to_html(&mail.content.text));
    let page = page
        .with("html_src", format!("/dev/mail/{}/html", mail.id))
        .render(&app)?;
    Ok((PAGE_POLICY, page).into_response())
}

pub(super) async fn html(
    State(app): State<App>,
    _: Nearby,
    Segment(id): Segment,
) -> Result<Response> {
    let mail = get(&app, &id).await?;
    Ok((MAIL_POLICY, Html(mail.content.html)).into_response())
}

async fn get(app: &App, id: &str) -> Result<Mail> {
    let id = id.parse().map_err(|_| Error::from(Problem::NotFound))?;
    mail::find(app, id)
        .await?
        .ok_or_else(|| Problem::NotFound.into())
}
