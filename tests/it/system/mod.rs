//! The server itself, for whoever looks after it.

mod commands;
mod show;
mod words;
