//! Professionals: people whom staff have marked as such. Nobody marks himself.

mod grant;
mod mark;
mod store;
mod withdraw;

pub use grant::grant;
pub(crate) use store::STATEMENTS;
pub use withdraw::withdraw;

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().operation(routes!(grant::api, withdraw::api))
}
