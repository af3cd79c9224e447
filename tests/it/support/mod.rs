//! What tests stand on: an application with a database of its own, clients that judge every answer, and the mailbox.

pub mod app;
pub mod browser;
pub mod calls;
pub mod certificates;
pub mod client;
pub mod contract;
pub mod database;
pub mod dump;
pub mod html;
pub mod invariants;
pub mod mailbox;
pub mod people;
pub mod smtp_sink;
pub mod source;

pub use app::{TestApp, app_with, on_both, patient};
pub use browser::Browser;
pub use client::Answer;
pub use people::{PASSWORD, Person, WRONG_PASSWORD};
