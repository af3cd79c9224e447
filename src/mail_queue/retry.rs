//! Try a mail again that waits or was given up, as if it had never been tried.
//!
//! Doors: the console at `/admin/mail`, `gatepost mail retry ID`.

use super::write_down;
use crate::app::App;
use crate::audit::Event;
use crate::error::{Problem, Result};
use crate::ids::MailId;
use crate::mail;
use crate::sessions::Admin;

/// Makes it due now. One that may be under way is left alone: moved, it could be sent twice.
pub async fn retry(app: &App, by: &Admin, id: MailId) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            let found = mail::queued(&tx, id).await?.ok_or(Problem::NoSuchMail)?;
            if !mail::retry(&tx, app, id).await? {
                return Err(Problem::NoSuchMail.into());
            }
            write_down(app, &tx, (Event::MailRetried, by), (id, found)).await
        })
        .await?;
    app.post.wake();
    Ok(())
}
