//! Signing keys: made at the first start, kept sealed in the database, rotated by command, published for everybody.

mod keyring;
mod publish;
mod rotate;
mod store;

pub use keyring::{Keyring, SigningKey, exist};
pub use rotate::rotate;
pub(crate) use store::STATEMENTS;

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().operation(routes!(publish::api))
}
