//! Figures about what happens on the server.

mod commands;
mod roll_up;
mod show;

use gatepost::statistics;
use serde_json::Value;

use crate::support::TestApp;

/// What the server says of the last days, after everything was rolled up.
async fn figures(app: &TestApp, query: &str) -> Value {
    statistics::roll_up(app).await.unwrap();
    let admin = app.log_in("admin@example.com").await;
    let answer = app.get(&format!("/statistics{query}")).bearer(&admin).await;
    answer.expect(200).json()
}

fn last<'a>(figures: &'a Value, list: &str) -> &'a Value {
    figures[list].as_array().unwrap().last().unwrap()
}
