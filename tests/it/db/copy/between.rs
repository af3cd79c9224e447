//! Moving house: every table, all or nothing, one moment, either engine.

use gatepost::config::DatabaseKind;
use gatepost::db::copy::{self, Report};
use gatepost::db::{Dialect, Run, migrations};
use gatepost::params;
use uuid::Uuid;

use super::{count, file, fill, filled, open, place, tables};
use crate::support::TestApp;
use crate::support::database::Database;

async fn between(from: &DatabaseKind, to: &DatabaseKind, force: bool) -> Result<Report, String> {
    copy::between(from, to, force, &mut |_| ())
        .await
        .map_err(|fault| fault.to_string())
}

#[tokio::test]
async fn knows_every_table_that_the_database_has() {
    let app = TestApp::start().await;
    let sql = match app.db.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'schema%'"
        }
        Dialect::Postgres => {
            "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables
             WHERE table_schema = 'public' AND table_name NOT LIKE 'schema%'"
        }
    };
    let rows = app.db.all(sql, &[]).await.unwrap();
    let mut found: Vec<String> = rows.iter().map(|row| row.get("name").unwrap()).collect();
    let mut known: Vec<String> = tables().into_iter().map(|table| table.name).collect();
    found.sort();
    known.sort();
    assert_eq!(found, known);
    let kinds = tables();
    let mut columns = kinds.iter().flat_map(|table| &table.columns);
    assert!(columns.all(|column| column.kind.is_some()), "{kinds:#?}");
}

#[tokio::test]
async fn copies_every_row_of_every_table_there_and_back() {
    let (_kept, from) = filled().await;
    let folder = tempfile::tempdir().unwrap();
    let other = Database::create().await;
    let (there, back) = (file(&folder, "there.db"), place(&other));
    let first = between(&from, &there, false).await.unwrap();
    let second = between(&there, &back, false).await.unwrap();
    assert_eq!(first.tables, second.tables);
    assert_eq!(first.tables.len(), tables().len());
    assert!(first.left_out.is_empty(), "{:?}", first.left_out);
    for copied in &first.tables {
        let rows = count(&back, &copied.table).await;
        assert!(rows >= 3, "{copied:?}");
        assert_eq!(u64::try_from(rows).unwrap(), copied.rows);
    }
    // The digest is over the contents: one letter more, and it is another.
    let db = open(&there).await;
    let changed = "UPDATE accounts SET bio = bio || '.' WHERE id = $1";
    let id = params![Uuid::from_u128(1 << 64)];
    assert_eq!(db.execute(changed, id).await.unwrap(), 1);
    db.close().await;
    let third = between(&there, &back, true).await.unwrap();
    let pairs = third.tables.iter().zip(&first.tables);
    let differing: Vec<_> = pairs.filter(|(one, other)| one != other).collect();
    assert_eq!(differing.len(), 1, "{differing:?}");
    assert_eq!(differing[0].0.table, "accounts");
}

#[tokio::test]
async fn a_copy_serves_as_the_original_did() {
    let app = TestApp::start().await;
    let id = app.admin().await.id.clone();
    app.db.close().await;
    let from = app.config.database();
    let other = Database::create().await;
    between(&from, &place(&other), false).await.unwrap();
    std::fs::copy(
        app.config.data.join("master.key"),
        other.folder().join("master.key"),
    )
    .unwrap();
    let copy = TestApp::on(other, |_| ()).await;
    let token = copy.log_in("admin@example.com").await;
    let me = copy.get("/myaccount").bearer(&token).await.expect(200);
    assert_eq!(me.json()["id"], id);
}

#[tokio::test]
async fn fills_no_database_that_holds_people_unless_told_to() {
    let (_kept, from) = filled().await;
    let (_replaced, to) = filled().await;
    let refused = between(&from, &to, false).await.unwrap_err();
    assert!(
        refused.contains("3 accounts") && refused.contains("--force"),
        "{refused}"
    );
    let db = open(&to).await;
    db.execute("DELETE FROM limits", &[]).await.unwrap();
    db.close().await;
    let report = between(&from, &to, true).await.unwrap();
    assert_eq!(report.rows_of("limits"), 2_345);
    assert_eq!(count(&to, "limits").await, 2_345);
}

#[tokio::test]
async fn a_database_that_is_refused_is_not_touched() {
    let (_kept, from) = filled().await;
    let older = migrations().unwrap().len() - 1;
    let database = Database::create().await;
    let to = place(&database);
    let db = open(&to).await;
    db.migrate_until(older).await.unwrap();
    let in_use = between(&from, &to, true).await.unwrap_err();
    assert!(in_use.contains("in use"), "{in_use}");
    fill(&db, &copy::expected(older).unwrap()).await;
    db.close().await;
    let full = between(&from, &to, false).await.unwrap_err();
    assert!(
        full.contains("3 accounts") && full.contains("--force"),
        "{full}"
    );
    let db = open(&to).await;
    assert_eq!(db.missing_migrations().await.unwrap(), 1);
    db.close().await;

    let database = Database::create().await;
    let theirs = place(&database);
    let db = open(&theirs).await;
    let sql = "CREATE TABLE accounts (id BIGINT PRIMARY KEY)";
    db.execute(sql, &[]).await.unwrap();
    db.close().await;
    for force in [false, true] {
        let foreign = between(&from, &theirs, force).await.unwrap_err();
        assert!(foreign.contains("a table accounts that"), "{foreign}");
    }
    let db = open(&theirs).await;
    let ledger = "SELECT version FROM schema_migrations";
    assert!(db.all(ledger, &[]).await.is_err(), "no migration was begun");
    db.close().await;
}

#[tokio::test]
async fn a_copy_that_fails_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let broken = file(&folder, "broken.db");
    let (_kept, from) = filled().await;
    between(&from, &broken, false).await.unwrap();
    // SQLite lets a text stand in a column of numbers; nobody else does.
    let db = open(&broken).await;
    db.execute("UPDATE outbox SET attempts = 'many'", &[])
        .await
        .unwrap();
    db.close().await;
    let empty = Database::create().await;
    let refused = between(&broken, &place(&empty), false).await.unwrap_err();
    assert!(refused.contains("outbox.attempts"), "{refused}");
    assert!(!refused.contains('\n'), "{refused}");
    let fresh = Database::create().await;
    let db = open(&place(&fresh)).await;
    db.migrate().await.unwrap();
    db.close().await;
    for table in tables() {
        let rows = count(&place(&empty), &table.name).await;
        let of_a_new_one = count(&place(&fresh), &table.name).await;
        assert_eq!(rows, of_a_new_one, "{}", table.name);
    }
    // With `--force` as well: what was to be replaced is still there.
    between(&broken, &from, true).await.unwrap_err();
    for table in tables() {
        assert!(count(&from, &table.name).await >= 3, "{}", table.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sees_one_moment_whatever_is_written_meanwhile() {
    let (_kept, from) = filled().await;
    let folder = tempfile::tempdir().unwrap();
    let to = file(&folder, "copy.db");
    let mut written = false;
    let mut write = |_: &copy::Step<'_>| {
        if std::mem::replace(&mut written, true) {
            return;
        }
        let from = from.clone();
        let writing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let db = open(&from).await;
                let sql = "UPDATE limits SET empty_at = empty_at + 1";
                assert_eq!(db.execute(sql, &[]).await.unwrap(), 2_345);
                db.execute("DELETE FROM outbox", &[]).await.unwrap();
                db.close().await;
            });
        });
        writing.join().unwrap();
    };
    let report = copy::between(&from, &to, false, &mut write).await.unwrap();
    assert!(report.has_changed || matches!(from, DatabaseKind::Postgres(_)));
    assert_eq!(report.rows_of("outbox"), 3);
    assert_eq!(count(&to, "outbox").await, 3);
    assert_eq!(count(&from, "outbox").await, 0);
}

#[tokio::test]
async fn refuses_a_database_that_is_not_as_the_migrations_make_it() {
    let (_kept, from) = filled().await;
    let folder = tempfile::tempdir().unwrap();
    let to = file(&folder, "copy.db");
    let db = open(&from).await;
    db.execute("CREATE TABLE theirs (id BIGINT PRIMARY KEY)", &[])
        .await
        .unwrap();
    db.close().await;
    let report = between(&from, &to, false).await.unwrap();
    assert_eq!(report.left_out, ["theirs"], "told, and not lost in silence");
    let db = open(&from).await;
    db.execute("ALTER TABLE jobs ADD COLUMN theirs TEXT", &[])
        .await
        .unwrap();
    db.close().await;
    let refused = between(&from, &to, true).await.unwrap_err();
    assert!(
        refused.contains("jobs") && refused.contains("theirs"),
        "{refused}"
    );
    let nothing = file(&folder, "nothing.db");
    let refused = between(&nothing, &to, true).await.unwrap_err();
    assert!(refused.contains("there is no file"), "{refused}");
    let refused = between(&to, &to, true).await.unwrap_err();
    assert!(refused.contains("same database"), "{refused}");
}

#[tokio::test]
async fn refuses_a_source_that_is_not_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let old = file(&folder, "old.db");
    let db = open(&old).await;
    db.migrate_until(2).await.unwrap();
    db.close().await;
    let refused = between(&old, &file(&folder, "new.db"), false)
        .await
        .unwrap_err();
    assert!(refused.contains("gatepost migrate"), "{refused}");
}
