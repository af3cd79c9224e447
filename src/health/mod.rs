//! Health: whether the process lives, and whether it should be sent requests. Strangers learn no more than that.

mod arrival;
mod echo;
mod live;
mod ready;

pub use arrival::Arrival;
pub use echo::{HEADER, open_echo, question};
pub use live::Status;
pub use ready::{Health, Progress, ready};

use crate::http::{Routes, routes};

/// The doors of this feature.
pub fn doors() -> Routes {
    Routes::new()
        .operation(routes!(live::api))
        .operation(routes!(ready::api))
}
