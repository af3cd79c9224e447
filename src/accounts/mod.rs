//! Accounts: who has one, what stands in it, and who may change it.

mod change;
mod create;
mod delete;
mod fields;
mod list;
mod list_links;
mod list_store;
mod lock;
mod model;
mod show;
pub(crate) mod store;
mod unlock;
mod update;
mod view;

pub use change::{AccountChange, apply};
pub use create::{Initial, NewAccount, build, create, create_verified, insert, nickname};
pub use delete::delete;
pub use fields::{password, sample};
pub use list::{AccountPage, ListQuery, list};
pub(crate) use list_store::every_list_statement;
pub use lock::lock;
pub use model::{Account, Credentials};
pub use show::show;
pub use unlock::unlock;
pub use update::update;
pub use view::{AccountView, Link, Viewer};

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new()
        .operation(routes!(list::api, create::api))
        .operation(routes!(show::api, update::api, delete::api))
        .operation(routes!(lock::api))
        .operation(routes!(unlock::api))
}
