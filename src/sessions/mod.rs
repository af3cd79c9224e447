//! Sessions: a row for each login, the token that names it, and who is calling.

mod caller;
mod end;
mod logout;
mod start;
mod store;
mod token;

pub use caller::{Caller, Staff, presented};
pub use end::{Ending, end_all, purge};
pub use start::{LoggedIn, Person, start};
pub(crate) use store::STATEMENTS;

use crate::http::{Routes, routes};

/// The cookie that holds the access token.
pub const COOKIE: &str = "access_token";

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new().operation(routes!(logout::api))
}
