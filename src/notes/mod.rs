//! Notes: what staff write down about an account, for other staff. They go with the account.

mod create;
mod delete;
mod list;
mod store;

pub use create::{NewNote, create};
pub use delete::delete;
pub use list::{Note, NotePage, list, list_of};
pub(crate) use store::STATEMENTS;

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new()
        .operation(routes!(list::api, create::api))
        .operation(routes!(delete::api))
}
