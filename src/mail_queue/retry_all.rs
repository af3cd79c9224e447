//! Try all mails again that wait or were given up, as after the cause of an outage is mended.
//!
//! Doors: the console at `/admin/mail`, `gatepost mail retry --all`.

use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Result};
use crate::mail;
use crate::sessions::Admin;

/// Makes them due now, unless their links have expired; answers how many those are.
pub async fn retry_all(app: &App, by: &Admin) -> Result<u64> {
    let count = app
        .db
        .transaction(|tx| async move {
            let count = mail::retry_all(&tx, app).await?;
            audit::note(Event::MailRetried, by)
                .with("all", true)
                .with("mails", count)
                .write(app, &tx)
                .await?;
            Ok::<_, Error>(count)
        })
        .await?;
    app.post.wake();
    Ok(count)
}
