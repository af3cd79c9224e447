//! End acting: the browser is the administrator's again.

use crate::app::App;
use crate::error::Result;
use crate::http::Client;
use crate::ids::AccountId;
use crate::sessions::{logout, store, token};

/// Ends the session that the token names, and answers whose account it was. One that is over already is no error, and one that
/// is a login is not ended by this.
pub async fn end_acting(app: &App, client: &Client, token: &str) -> Result<Option<AccountId>> {
    let Some(claimed) = token::session_of(app, token).await? else {
        return Ok(None);
    };
    let holder = store::find_holder(&app.db, claimed.session).await?;
    let Some(holder) = holder.filter(|holder| holder.acting_by.is_some()) else {
        return Ok(None);
    };
    logout::logout(app, client, &[claimed.session]).await?;
    Ok(Some(holder.account))
}
