//! Delete all mails, so that a test begins with an empty mailbox.
//!
//! Doors: `DELETE /dev/mail`.

use axum::extract::State;

use super::Nearby;
use crate::app::App;
use crate::error::Result;
use crate::http::NoContent;
use crate::mail;

pub(super) async fn api(State(app): State<App>, _: Nearby) -> Result<NoContent> {
    mail::clear(&app).await?;
    Ok(NoContent)
}
