//! Give a mail up for good that was not sent: what it says goes, and it is never tried again.
//!
//! Doors: the console at `/admin/mail`, `gatepost mail drop`.

use super::{account_of, require_admin};
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Problem, Result};
use crate::ids::MailId;
use crate::mail;
use crate::sessions::Staff;

/// Gives it up. That there was one stays to be seen for 30 days; of the last mail to somebody nothing stays.
pub async fn give_up(app: &App, by: &Staff, id: MailId) -> Result<()> {
    require_admin(by)?;
    app.db
        .transaction(|tx| async move {
            let found = mail::queued(&tx, id).await?.ok_or(Problem::NoSuchMail)?;
            if !mail::give_up(&tx, id, app.clock.now()).await? {
                return Err(Problem::NoSuchMail.into());
            }
            audit::note(Event::MailDropped, by)
                .on(account_of(&tx, &found.recipient).await?)
                .with("mail", id.to_string())
                .with("kind", found.kind)
                .personal("email", found.recipient)
                .write(app, &tx)
                .await?;
            Ok::<_, Error>(())
        })
        .await
}
