//! Sessions: who is calling, and the end of a session.

mod caller;
mod logout;
