//! The console: its frame, and who may open which page and press which button.

mod frame;
pub mod roles;

use crate::support::{Person, TestApp};

/// The token of the forms of a session, as its pages have it.
pub fn form_token(app: &TestApp, person: &Person) -> String {
    let session = crate::sessions::sid(&person.token);
    app.secrets.sign(&format!("form:{session}"))
}
