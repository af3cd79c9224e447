//! What is measured: a server process, started on a fresh database, and how its parts are asked.

mod bare;
mod fill;
mod kind;
mod peer;
mod postgres;
mod process;
mod release;

pub use bare::{Bare, serve as serve_bare};
pub use fill::{ADMINISTRATOR, PASSWORD, address_of, fill};
pub use kind::{Kind, client_token};
pub use peer::Peer;
pub use postgres::durable_commits as postgres_commits;
pub use process::{Server, free_address};
pub use release::{Database, Gatepost};
