//! Login: what is right, what is wrong, and what happens when it is wrong too often.

mod alike;
mod clients;
mod entries;
mod hashes;
mod limits;
mod lockout;
mod page;
mod papers;
mod password;

use crate::support::client::Request;
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD};

const WRONG: &str = "Incorrect email or password.";
const LOCKED: &str = "Account locked due to too many failed login attempts.";

/// A login over the API.
fn log_in<'a>(app: &'a TestApp, email: &str, password: &str) -> Request<'a> {
    app.post_form("/login/", &[("username", email), ("password", password)])
}

fn right<'a>(app: &'a TestApp, email: &str) -> Request<'a> {
    log_in(app, email, PASSWORD)
}

fn wrong<'a>(app: &'a TestApp, email: &str) -> Request<'a> {
    log_in(app, email, WRONG_PASSWORD)
}
