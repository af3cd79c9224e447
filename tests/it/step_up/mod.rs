//! Step-up: the password again, before something that could take the account away.

mod confirm;
mod page;
