//! Tell the owner that wrong passwords have locked his account: a job, because an address that nobody has leaves the
//! same one, and only the worker looks who it is.

use std::net::IpAddr;

use futures_util::future::BoxFuture;
use serde::Deserialize;
use serde_json::Value;

use crate::accounts::store;
use crate::app::App;
use crate::attempts;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::Client;
use crate::jobs::Handler;
use crate::notices::{self, Notice};

/// What writes the mail, after the answer.
pub const LOCKED_OUT: (&str, Handler) = (attempts::LOCKED_OUT, tell_owner);

/// What the lock-out left behind.
#[derive(Deserialize)]
struct LockOut {
    email_key: String,
    address: IpAddr,
    user_agent: String,
    request_id: String,
}

/// The job. An address that is not proved may be anybody's: he is not bothered.
fn tell_owner(app: App, tx: Tx, about: Value) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let about: LockOut =
            serde_json::from_value(about).map_err(|error| Error::Internal(error.to_string()))?;
        let found = store::find_credentials(&tx, &about.email_key).await?;
        let owner = found.map(|found| found.account);
        let Some(owner) = owner.filter(|owner| owner.email_verified_at.is_some()) else {
            return Ok(());
        };
        let client = Client {
            address: about.address,
            user_agent: about.user_agent,
            request_id: about.request_id,
        };
        let notice = (Notice::LockedOut, &owner.reader());
        notices::send(&app, &tx, notice, &client).await
    })
}
