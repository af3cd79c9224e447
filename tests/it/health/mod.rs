//! Whether the server lives, and whether it should be sent requests.

mod draining;
mod echo;
mod live;
mod ready;
