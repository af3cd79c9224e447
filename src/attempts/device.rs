//! A device that has logged in before, known by a cookie that only this server can make.

use crate::app::App;
use crate::crypto;

/// A device's random name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device(String);

impl Device {
    /// The cookie's name.
    pub const COOKIE: &str = "device";

    /// Reads the cookie that a browser sent; it counts only for the address that it was made for.
    pub fn read(app: &App, cookie: &str, subject: &str) -> Option<Self> {
        let (name, code) = cookie.split_once('.')?;
        let known = name.len() == 43 && app.secrets.is_signed(&message(name, subject), code);
        known.then(|| Self(name.to_owned()))
    }

    /// A device that is new here.
    pub fn new() -> Self {
        Self(crypto::random_token())
    }

    /// The cookie's value.
    pub fn cookie(&self, app: &App, subject: &str) -> String {
        format!(
            "{}.{}",
            self.0,
            app.secrets.sign(&message(&self.0, subject))
        )
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl Default for Device {
    fn default() -> Self {
        Self::new()
    }
}

fn message(name: &str, subject: &str) -> String {
    format!("device:{name}:{subject}")
}
