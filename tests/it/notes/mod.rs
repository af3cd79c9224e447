//! Notes of the staff about accounts.

mod commands;
mod create;
mod delete;
mod list;

use serde_json::{Value, json};

use crate::support::{Answer, Person, TestApp};

fn path(id: &str) -> String {
    format!("/users/{id}/notes")
}

async fn write(app: &TestApp, by: &Person, (id, text): (&str, &str)) -> Answer {
    app.post_json(&path(id), &json!({"text": text}))
        .bearer(&by.token)
        .await
}

async fn notes(app: &TestApp, by: &Person, id: &str) -> Vec<Value> {
    let answer = app.get(&path(id)).bearer(&by.token).await.expect(200);
    answer.json()["items"].as_array().unwrap().clone()
}
