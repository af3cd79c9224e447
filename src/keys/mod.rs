//! Signing keys: made at the first start, kept sealed in the database, rotated by command, published for everybody.

mod keyring;
mod publish;
mod rotate;
mod store;

pub use keyring::{Keyring, SigningKey, exist};
pub use rotate::{purge, rotate};
pub use store::KeyDates;
pub(crate) use store::STATEMENTS;

use crate::app::App;
use crate::error::Result;
use crate::http::{Routes, routes};

/// The dates of all keys, the one that signs first, as the database has them at this moment.
pub async fn dates(app: &App) -> Result<Vec<KeyDates>> {
    Ok(store::list_dates(&app.db).await?)
}

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().operation(routes!(publish::api))
}
