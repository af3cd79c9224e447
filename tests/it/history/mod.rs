//! History: what people read about their own account, and administrators about all.

mod list;
mod list_all;
mod list_of;
mod page;
