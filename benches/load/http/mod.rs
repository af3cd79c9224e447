//! Load over HTTP/1.1: connections that cost little, in closed and in open loops.

mod actors;
mod closed;
mod connection;
mod open;
mod request;
mod turns;

pub use actors::Repeat;
pub use closed::{Actor, Round, Rounds, closed};
pub use connection::{Connection, Reply};
pub use open::{Offered, offer};
pub use request::Request;
pub use turns::by_turns;
