//! The sessions of users: seen and ended by administrators and managers.

mod end;
mod end_all;
mod end_everyones;
mod list;
mod managed;

pub use end::end;
pub use end_all::end_all;
pub use end_everyones::end_everyones;
pub use list::list;

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new()
        .operation(routes!(list::api, end_all::api))
        .operation(routes!(end::api))
        .operation(routes!(end_everyones::api))
}
