//! Try a mail again that waits or was given up, as if it had never been tried.
//!
//! Doors: the console at `/admin/mail`, `gatepost mail retry ID`.

use super::{account_of, require_admin};
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Problem, Result};
use crate::ids::MailId;
use crate::mail;
use crate::sessions::Staff;

/// Makes it due now. One that may be under way is left alone: moved, it could be sent twice.
pub async fn retry(app: &App, by: &Staff, id: MailId) -> Result<()> {
    require_admin(by)?;
    app.db
        .transaction(|tx| async move {
            let found = mail::queued(&tx, id).await?.ok_or(Problem::NoSuchMail)?;
            if !mail::retry(&tx, app, id).await? {
                return Err(Problem::NoSuchMail.into());
            }
            audit::note(Event::MailRetried, by)
                .on(account_of(&tx, &found.recipient).await?)
                .with("mail", id.to_string())
                .with("kind", found.kind)
                .personal("email", found.recipient)
                .write(app, &tx)
                .await?;
            Ok::<_, Error>(())
        })
        .await?;
    app.post.wake();
    Ok(())
}
