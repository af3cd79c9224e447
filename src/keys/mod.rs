//! Signing keys: made at the first start, kept sealed in the database, rotated by command, published for everybody.

mod keyring;
mod publish;
mod rotate;
mod store;

pub use keyring::{Keyring, SigningKey};
pub use rotate::rotate;
pub(crate) use store::STATEMENTS;

use utoipa_axum::routes;

use crate::http::Routes;

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().operation(routes!(publish::api))
}
