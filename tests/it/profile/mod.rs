//! One's own account: seen and changed by whoever it belongs to.

mod change_password;
mod dashboard;
mod password_page;
mod show;
mod update;
mod update_email;

use serde_json::Value;

use crate::support::TestApp;

/// What `GET /myaccount` shows.
async fn own(app: &TestApp, token: &str) -> Value {
    app.get("/myaccount").bearer(token).await.expect(200).json()
}
