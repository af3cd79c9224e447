//! Accounts: who has one, what stands in it, and who may change it.

mod change;
mod create;
mod delete;
mod erase;
pub mod fields;
mod list;
mod lock;
mod model;
mod record;
mod show;
pub(crate) mod store;
mod unlock;
mod update;
mod view;

pub use change::{AccountChange, apply};
pub use create::{Initial, NewAccount, build, create, create_verified, insert, keep, nickname};
pub use delete::delete;
pub use erase::{erase, require_other_admin};
pub use fields::{first_name, last_name, nickname_or_null, password, sample};
pub use list::{AccountPage, Find, Found, ListQuery, list, settle_total, walk};
pub(crate) use list::{every_list_statement, every_walk_statement};
pub use lock::lock;
pub use model::{Account, Credentials};
pub use show::show;
pub(crate) use store::bulk::every_bulk_statement;
pub use unlock::unlock;
pub use update::update;
pub use view::{AccountView, Link, Viewer};

use crate::http::{Routes, routes};

/// The statements of this feature, by file.
pub(crate) const STATEMENTS: [&[(&str, &str)]; 2] = [store::STATEMENTS, list::total::STATEMENTS];

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new()
        .operation(routes!(list::api, create::api))
        .operation(routes!(show::api, update::api, delete::api))
        .operation(routes!(lock::api))
        .operation(routes!(unlock::api))
}
