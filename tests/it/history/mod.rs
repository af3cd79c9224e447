//! History: what people read about their own account, and administrators about all.

mod console;
mod export;
mod follow;
mod list;
mod list_all;
mod list_of;
mod page;
mod verify;
