//! Give a mail up for good that was not sent: what it says goes, and it is never tried again.
//!
//! Doors: the console at `/admin/mail`, `gatepost mail drop`.

use super::write_down;
use crate::app::App;
use crate::audit::Event;
use crate::error::{Problem, Result};
use crate::ids::MailId;
use crate::mail;
use crate::sessions::Admin;

/// Gives it up. That there was one stays to be seen for 30 days; of the last mail to somebody nothing stays.
pub async fn give_up(app: &App, by: &Admin, id: MailId) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            let found = mail::queued(&tx, id).await?.ok_or(Problem::NoSuchMail)?;
            if !mail::give_up(&tx, id, app.clock.now()).await? {
                return Err(Problem::NoSuchMail.into());
            }
            write_down(app, &tx, (Event::MailDropped, by), (id, found)).await
        })
        .await
}
