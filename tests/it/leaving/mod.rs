//! Leaving: one's data as a file, and the end of one's account.

mod delete;
mod erased;
mod export;
mod grace;
mod page;

use serde_json::json;

use crate::support::{Answer, TestApp};

/// What `POST /myaccount/delete` answers.
async fn delete(app: &TestApp, token: &str, password: &str) -> Answer {
    app.post_json("/myaccount/delete", &json!({"password": password}))
        .bearer(token)
        .await
}
