//! The sessions of users, as administrators and managers see and end them.

mod end;
mod end_all;
mod end_everyones;
mod list;
