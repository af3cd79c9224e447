//! The command line, as a process of its own in a folder of its own.

mod backup;
mod commands;
mod doctor;
mod generate;
mod hash;
mod keys;
mod machine;
mod mail;
mod serve;
mod settings;
mod users;
mod users_link;
mod users_refused;
mod users_sessions;
mod users_update;

pub use machine::{Machine, Running};
