//! The audit log: what an entry holds, its place in the chain, and that nothing is changed unnoticed.

mod append_only;
mod chain;
mod commands;
mod events;
mod export;
mod lines;
mod list;
mod record;
mod verify;

use std::net::IpAddr;

use gatepost::app::App;
use gatepost::audit::{self, Actor, Event};
use gatepost::db::Run;
use gatepost::http::Client;
use gatepost::ids::AccountId;

/// Somebody at an address, who is not signed in.
pub fn stranger(address: &str, user_agent: &str) -> Client {
    Client {
        address: address.parse::<IpAddr>().unwrap(),
        user_agent: user_agent.to_owned(),
        request_id: "0123456789abcdef0123456789abcdef".to_owned(),
    }
}

/// Somebody who is signed in.
pub fn actor(account: AccountId, client: &Client) -> Actor {
    Actor {
        kind: "account",
        account: Some(account),
        session: None,
        on_behalf_of: None,
        client: client.clone(),
    }
}

/// Writes so many entries.
pub async fn write(app: &App, count: usize) {
    for number in 0..count {
        write_one(app, number).await;
    }
}

pub async fn write_one(app: &App, number: usize) {
    let client = stranger("192.0.2.7", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0");
    audit::note(Event::Login, &client)
        .on(AccountId::new())
        .refused("wrong_password")
        .with("number", number)
        .personal("email", format!("ann-{number}@example.org"))
        .write(app, &app.db)
        .await
        .unwrap();
}

pub async fn count(app: &App, condition: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) AS number FROM audit_entries WHERE {condition}");
    let row = app.db.one(&sql, &[]).await.unwrap();
    row.get("number").unwrap()
}

pub async fn execute(app: &App, sql: &str) -> u64 {
    app.db
        .execute(sql, &[])
        .await
        .unwrap_or_else(|fault| panic!("{sql}: {fault}"))
}
