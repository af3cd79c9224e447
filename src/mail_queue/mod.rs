//! The mail queue: what waits to be sent, was sent and was given up, for administrators and the operator; never what a mail says.

mod console;
mod count;
mod give_up;
mod list;
mod retry;
mod retry_all;

pub use count::count;
pub use give_up::give_up;
pub use list::{MailPage, MailQuery, list};
pub use retry::retry;
pub use retry_all::retry_all;

use crate::accounts::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::Result;
use crate::http::Routes;
use crate::ids::MailId;
use crate::mail::Queued;
use crate::sessions::Admin;

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().pages(console::pages())
}

/// Writes down what was done with a mail. Whoever has its address sees it in his history.
async fn write_down(
    app: &App,
    tx: &Tx,
    (event, by): (Event, &Admin),
    (id, mail): (MailId, Queued),
) -> Result<()> {
    let account = match EmailAddress::parse(&mail.recipient) {
        Ok(email) => store::find_by_email(tx, &email.key()).await?,
        Err(_) => None,
    };
    audit::note(event, by)
        .on(account)
        .with("mail", id.to_string())
        .with("kind", mail.kind)
        .personal("email", mail.recipient)
        .write(app, tx)
        .await
}
