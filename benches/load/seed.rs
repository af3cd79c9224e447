//! Fill a database with accounts, as fast as it takes them.

use std::path::Path;

use gatepost::clock::Clock;
use gatepost::config::Config;
use gatepost::db::{Db, Run, Value};
use uuid::Uuid;

use super::Options;

/// Accounts of one statement.
const AT_ONCE: u64 = 500;

/// Opens the database of a server that has stopped, and makes as many accounts as are missing to `total`.
pub async fn fill(options: &Options, folder: &Path, total: u64) {
    let db = match &options.postgres {
        Some(url) => Db::open_postgres(url, 2).await.expect("PostgreSQL answers"),
        None => Db::open_sqlite(&folder.join("gatepost.db")).expect("the database opens"),
    };
    let _ = Config::default();
    let counted = db
        .one("SELECT COUNT(*) AS n FROM accounts", &[])
        .await
        .unwrap();
    let mut next: u64 = u64::try_from(counted.get::<i64>("n").unwrap()).unwrap();
    let begins = Clock::system().now().0 - 400 * 24 * 3_600_000;
    while next < total {
        let until = total.min(next + AT_ONCE * 20);
        db.transaction(|tx| async move {
            let mut number = next;
            while number < until {
                let end = until.min(number + AT_ONCE);
                let (sql, values) = statement(number, end, begins);
                tx.execute(&sql, &values).await?;
                number = end;
            }
            Ok::<_, gatepost::error::Error>(())
        })
        .await
        .expect("accounts are taken");
        next = until;
    }
    if options.postgres.is_some() {
        db.execute("ANALYZE accounts", &[]).await.unwrap();
    }
    db.close().await;
}

/// One statement for accounts `from..to`, named as people are and none like another.
fn statement(from: u64, to: u64, begins: i64) -> (String, Vec<Value>) {
    let mut rows = Vec::new();
    let mut values = Vec::new();
    for number in from..to {
        let at = values.len();
        let places: Vec<String> = (1..=10).map(|place| format!("${}", at + place)).collect();
        rows.push(format!("({}, FALSE)", places.join(", ")));
        let (email, nickname) = (
            format!("person{number}@example.org"),
            format!("person_{number}"),
        );
        // Every ten seconds somebody; the identifier begins with its time, as the server makes them.
        let created = begins + i64::try_from(number).unwrap() * 10_000;
        let id = id(created, number);
        values.extend([
            Value::Uuid(id),
            Value::Text(email.clone()),
            Value::Text(email),
            Value::Text(nickname.clone()),
            Value::Text(nickname),
            Value::Text("AUTHENTICATED".into()),
            Value::Text("$argon2id$none".into()),
            Value::Int(created),
            Value::Int(created),
            Value::Text(format!("person {number}")),
        ]);
    }
    let sql = format!(
        "INSERT INTO accounts (id, email, email_key, nickname, nickname_key, role, password_hash, created_at, updated_at, \
         name_key, is_professional) VALUES {}",
        rows.join(", ")
    );
    (sql, values)
}

fn id(millis: i64, number: u64) -> Uuid {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6] = 0x70;
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    bytes[8] = 0x80;
    Uuid::from_bytes(bytes)
}
