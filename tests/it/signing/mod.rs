//! The keys that sign tokens, as administrators see and rotate them.

mod console;
mod list;
mod rotate;
