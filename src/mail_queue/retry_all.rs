//! Try all mails again that wait or were given up, as after the cause of an outage is mended.
//!
//! Doors: the console at `/admin/mail`, `gatepost mail retry --all`.

use crate::app::App;
use crate::audit::{self, Event};
use crate::error::Result;
use crate::mail;
use crate::sessions::Admin;

/// Makes them due now, unless their links have expired; answers how many those are. That somebody has asked for it is written down
/// first, with how many there were.
pub async fn retry_all(app: &App, by: &Admin) -> Result<u64> {
    let unsent = mail::count_unsent(&app.db, app).await?;
    audit::note(Event::MailRetried, by)
        .with("all", true)
        .with("mails", unsent)
        .write(app, &app.db)
        .await?;
    let count = mail::retry_all(&app.db, app).await?;
    app.post.wake();
    Ok(count)
}
