//! The settings in force, as administrators see them.

mod console;
mod list;
