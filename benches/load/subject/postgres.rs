//! The PostgreSQL server beside the run: a database for each subject, and what its disk can do.

use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls};

use crate::{Result, fault};

/// Connects; the connection works in the background until the client is dropped.
async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Makes a database called `name` on the server, in place of one that was there, and answers its address.
pub(super) async fn make_database(server: &str, name: &str) -> Result<String> {
    let client = connect(server).await?;
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    client.batch_execute(&drop).await?;
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await?;
    let Some((rest, _)) = server.rsplit_once('/') else {
        return fault("GATEPOST_TEST_POSTGRES names no database");
    };
    Ok(format!("{rest}/{name}"))
}

/// Commits a second of a single writer, and whether the server waits for its disk (`fsync`, `synchronous_commit`).
pub async fn durable_commits(server: &str, lasting: Duration) -> Result<(f64, bool)> {
    let client = connect(server).await?;
    let mut is_durable = true;
    for setting in ["fsync", "synchronous_commit"] {
        let row = client.query_one(&format!("SHOW {setting}"), &[]).await?;
        is_durable &= row.get::<_, String>(0) == "on";
    }
    client
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS commits (id BIGINT PRIMARY KEY, text TEXT NOT NULL)",
        )
        .await?;
    client.batch_execute("TRUNCATE commits").await?;
    let insert = client
        .prepare("INSERT INTO commits (id, text) VALUES ($1, $2)")
        .await?;
    let (begun, mut count, text) = (Instant::now(), 0_i64, "x".repeat(200));
    while begun.elapsed() < lasting {
        client.execute(&insert, &[&count, &text]).await?;
        count += 1;
    }
    let rate = count as f64 / begun.elapsed().as_secs_f64();
    client.batch_execute("DROP TABLE commits").await?;
    Ok((rate, is_durable))
}
