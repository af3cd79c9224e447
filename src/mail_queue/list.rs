//! List the mails of the queue: to whom, and what became of them; never what they say.
//!
//! Doors: the console at `/admin/mail`, `gatepost mail list`.

use crate::accounts::store;
use crate::app::App;
use crate::email_address::EmailAddress;
use crate::error::Result;
use crate::mail::{self, Queued, State, Wanted};
use crate::sessions::Admin;

/// Which mails.
#[derive(Debug, Clone, Default)]
pub struct MailQuery {
    /// In this state.
    pub state: Option<State>,
    /// To this address.
    pub to: Option<String>,
    /// The `next_cursor` of the answer before.
    pub cursor: Option<String>,
    /// How many to answer at most.
    pub limit: u32,
}

/// A part of the queue.
#[derive(Debug)]
pub struct MailPage {
    /// The mails: the newest first, of those that wait the one that is tried next.
    pub items: Vec<Queued>,
    /// Where it goes on; `None` at the end.
    pub next_cursor: Option<String>,
}

/// An address as mails to it have it: as it stands in the account, else in its normal form.
async fn as_written(app: &App, typed: &str) -> Result<String> {
    let Ok(email) = EmailAddress::parse(typed) else {
        return Ok(typed.to_owned());
    };
    if let Some(id) = store::find_by_email(&app.db, &email.key()).await?
        && let Some(account) = store::find(&app.db, id).await?
    {
        return Ok(account.email);
    }
    Ok(email.to_string())
}

/// The mails that fit.
pub async fn list(app: &App, _by: &Admin, query: &MailQuery) -> Result<MailPage> {
    let to = match &query.to {
        Some(typed) => Some(as_written(app, typed).await?),
        None => None,
    };
    let wanted = Wanted {
        state: query.state,
        to,
    };
    let after = query.cursor.as_deref();
    let after = after.and_then(|cursor| cursor.parse().ok());
    let part = mail::queue_part(app, &wanted, (after, query.limit)).await?;
    Ok(MailPage {
        items: part.mails,
        next_cursor: part.next.map(|spot| spot.to_string()),
    })
}
