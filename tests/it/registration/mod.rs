//! Registration: over the API, from the page, and the claim of a public server.

mod claim;
mod domains;
mod faults;
mod fields;
mod first;
mod hidden;
mod limits;
mod modes;
mod page;
mod passwords;
mod privacy;
mod record;
mod register;
mod taken;

use serde_json::{Value, json};

use crate::support::people::with;
use crate::support::{PASSWORD, TestApp};

fn good() -> Value {
    json!({"email": "ann@example.com", "password": PASSWORD})
}

/// The only fault when `key` is sent as `value`.
async fn fault(app: &TestApp, key: &str, value: impl Into<Value>) -> Value {
    app.post_json("/register/", &with(&good(), key, value))
        .await
        .fault()
}

fn entry([kind, field, msg]: [&str; 3], input: impl Into<Value>, ctx: &Value) -> Value {
    json!({"type": kind, "loc": ["body", field], "msg": msg, "input": input.into(), "ctx": ctx})
}

/// The body of a registration.
fn new(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}
