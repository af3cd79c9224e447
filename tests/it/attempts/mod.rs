//! Wrong passwords: how many are allowed, and whom they shut out.

mod device;
mod hung_up;
mod lock_out;
mod nodes;
mod throttle;

use crate::support::{Answer, TestApp, WRONG_PASSWORD};

/// What everybody is told whom a lock shuts out.
pub const LOCKED: &str = "Account locked due to too many failed login attempts.";

/// What `POST /login/` answers.
pub async fn try_password(app: &TestApp, email: &str, password: &str) -> Answer {
    app.post_form("/login/", &[("username", email), ("password", password)])
        .await
}

/// Sends so many wrong passwords, each of which is still looked at.
pub async fn guess(app: &TestApp, email: &str, times: u32) {
    for _ in 0..times {
        let answer = try_password(app, email, WRONG_PASSWORD).await;
        answer.expect_refusal(401, "Incorrect email or password.");
    }
}

/// Sends wrong passwords until the address is locked.
pub async fn lock_out(app: &TestApp, email: &str) {
    guess(app, email, app.config.login.max_attempts).await;
    try_password(app, email, WRONG_PASSWORD)
        .await
        .expect_refusal(403, LOCKED);
}
