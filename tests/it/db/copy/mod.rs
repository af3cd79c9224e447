//! Copies of a whole database.

mod backup;
mod between;

use gatepost::config::DatabaseKind;
use gatepost::db::copy::{self, Kind, Table};
use gatepost::db::{Db, Run, Value};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::database::Database;

fn place(database: &Database) -> DatabaseKind {
    match database.url() {
        Some(url) => DatabaseKind::Postgres(url),
        None => DatabaseKind::Sqlite(database.folder().join("gatepost.db")),
    }
}

fn file(folder: &TempDir, name: &str) -> DatabaseKind {
    DatabaseKind::Sqlite(folder.path().join(name))
}

async fn open(place: &DatabaseKind) -> Db {
    match place {
        DatabaseKind::Sqlite(path) => Db::open_sqlite(path).unwrap(),
        DatabaseKind::Postgres(url) => Db::open_postgres(url, 1).await.unwrap(),
    }
}

fn tables() -> Vec<Table> {
    copy::expected(usize::MAX).unwrap()
}

/// A value that is the same in every column of its kind, so that references hold.
fn value(kind: Kind, row: i64) -> Value {
    match kind {
        Kind::Bool => Value::Bool(row % 2 == 0),
        Kind::Int => Value::Int(row * i64::from(u32::MAX)),
        Kind::Text => Value::Text(format!("{row} – „Ä\n\\'\"\t\u{1f469}\u{200d}\u{1f4bb}")),
        Kind::Bytes => Value::Bytes(vec![u8::try_from(row % 256).unwrap(), 0, 255, 10]),
        Kind::Uuid => Value::Uuid(Uuid::from_u128(u128::try_from(row).unwrap() << 64)),
    }
}

/// Puts rows into every table that the migrations make, whatever those are.
async fn fill(db: &Db, tables: &[Table]) {
    for table in tables {
        // More than are in memory together, in one table of two columns.
        let rows = if table.name == "limits" { 2_345 } else { 3 };
        let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        let places: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
        let (into, listed, places) = (&table.name, names.join(", "), places.join(", "));
        let sql = &format!("INSERT INTO {into} ({listed}) VALUES ({places})");
        let columns = &table.columns;
        db.transaction(|tx| async move {
            for row in 1..=rows {
                let values = columns
                    .iter()
                    .map(|column| value(column.kind.unwrap(), row));
                tx.execute(sql, &values.collect::<Vec<_>>()).await?;
            }
            Ok::<_, gatepost::db::Fault>(())
        })
        .await
        .unwrap_or_else(|fault| panic!("{}: {fault}", table.name));
    }
}

/// A database with something in every table.
async fn filled() -> (Database, DatabaseKind) {
    let database = Database::create().await;
    let place = place(&database);
    let db = open(&place).await;
    db.migrate().await.unwrap();
    fill(&db, &tables()).await;
    db.close().await;
    (database, place)
}

async fn count(place: &DatabaseKind, table: &str) -> i64 {
    let db = open(place).await;
    let sql = format!("SELECT count(*) AS number FROM {table}");
    let count = db.one(&sql, &[]).await.unwrap().get("number").unwrap();
    db.close().await;
    count
}
