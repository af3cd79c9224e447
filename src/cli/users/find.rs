//! Whom a command is about.

use crate::accounts::{Account, show, store};
use crate::app::App;
use crate::cli::failure::{Failure, Outcome};
use crate::email_address;
use crate::error::Error;
use crate::sessions::Staff;
use crate::unicode;

/// The account with this id, e-mail address or nickname.
pub(super) async fn find(app: &App, who: &str) -> Outcome<Account> {
    let staff = Staff::operator();
    if let Ok(id) = who.parse() {
        match show(app, &staff, id).await {
            // A nickname may look like an id.
            Err(Error::NoSuchAccount(_)) => {}
            answer => return Ok(answer?),
        }
    }
    let found = if who.contains('@') {
        store::find_by_email(&app.db, &email_address::fold(who)).await
    } else {
        store::find_by_nickname(&app.db, &unicode::fold(who)).await
    };
    match found.map_err(Error::from)? {
        Some(id) => Ok(show(app, &staff, id).await?),
        None => Err(Failure::Failed(format!(
            "no account is called \"{who}\": `gatepost user list` shows all"
        ))),
    }
}
