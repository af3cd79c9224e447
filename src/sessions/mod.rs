//! Sessions: a row for each login, the tokens that name it, who is calling, and why a session is over.

mod caller;
mod denied;
mod end;
mod logout;
mod refresh;
mod refresh_store;
mod start;
mod store;
mod token;

pub use caller::{Caller, Staff, Visitor, presented};
pub use end::{Ending, end_all, purge};
pub use refresh::refresh;
pub use start::{Holding, LoggedIn, Person, Tokens, renew, start};

use crate::http::{Routes, routes};

/// The cookie that holds the access token.
pub const COOKIE: &str = "access_token";

/// The statements of this feature, by file.
pub(crate) const STATEMENTS: [&[(&str, &str)]; 2] = [store::STATEMENTS, refresh_store::STATEMENTS];

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new()
        .operation(routes!(refresh::api))
        .operation(routes!(logout::api))
}
