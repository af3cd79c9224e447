//! Copies of a whole database: every table, all or nothing, one moment, either engine.

use std::path::{Path, PathBuf};

use gatepost::config::DatabaseKind;
use gatepost::db::copy::{self, BackupFile, Kind, Report, Table};
use gatepost::db::{Db, Dialect, Run, Value, migrations};
use gatepost::params;
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::TestApp;
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
async fn fill(db: &Db) {
    for table in tables() {
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
    fill(&db).await;
    db.close().await;
    (database, place)
}

async fn between(from: &DatabaseKind, to: &DatabaseKind, force: bool) -> Result<Report, String> {
    copy::between(from, to, force, &mut |_| ())
        .await
        .map_err(|fault| fault.to_string())
}

async fn backup(from: &DatabaseKind, path: &Path) -> Report {
    let facts = [("made_at", "now".to_owned())];
    copy::backup(from, (path, false), &facts, &mut |_| ())
        .await
        .unwrap()
}

async fn verify(path: &Path) -> Result<(), String> {
    let backup = BackupFile::open(path).await;
    let backup = backup.map_err(|fault| fault.to_string())?;
    let verified = backup.verify(&mut |_| ()).await;
    verified.map(drop).map_err(|fault| fault.to_string())
}

async fn restore(path: &Path, to: &DatabaseKind, force: bool) -> Result<Report, String> {
    let backup = BackupFile::open(path).await.unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let restored = copy::restore(&backup, (to, force), scratch.path(), &mut |_| ()).await;
    assert_eq!(
        std::fs::read_dir(scratch.path()).unwrap().count(),
        0,
        "nothing is left behind"
    );
    restored.map_err(|fault| fault.to_string())
}

async fn count(place: &DatabaseKind, table: &str) -> i64 {
    let db = open(place).await;
    let sql = format!("SELECT count(*) AS number FROM {table}");
    let count = db.one(&sql, &[]).await.unwrap().get("number").unwrap();
    db.close().await;
    count
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
    for table in tables() {
        assert_eq!(
            count(&place(&empty), &table.name).await,
            0,
            "{}",
            table.name
        );
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

fn names(folder: &TempDir) -> Vec<String> {
    let files = std::fs::read_dir(folder.path()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn path(folder: &TempDir) -> PathBuf {
    folder.path().join("backup.db")
}

#[tokio::test]
async fn a_backup_is_one_file_that_its_owner_alone_may_read() {
    use std::os::unix::fs::PermissionsExt;

    let (_kept, from) = filled().await;
    let folder = tempfile::tempdir().unwrap();
    let made = backup(&from, &path(&folder)).await;
    assert_eq!(names(&folder), ["backup.db"]);
    let bits = path(&folder).metadata().unwrap().permissions().mode();
    assert_eq!(bits & 0o777, 0o600);
    verify(&path(&folder)).await.unwrap();
    let other = Database::create().await;
    let restored = restore(&path(&folder), &place(&other), false)
        .await
        .unwrap();
    assert_eq!(made.tables, restored.tables);
    assert_eq!(names(&folder), ["backup.db"]);
    // And into the other engine.
    let restored = restore(&path(&folder), &file(&folder, "other.db"), false).await;
    assert_eq!(made.tables, restored.unwrap().tables);
}

#[tokio::test]
async fn a_backup_replaces_no_file_unless_told_to() {
    let (_kept, from) = filled().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(path(&folder), "precious").unwrap();
    let refused = copy::backup(&from, (&path(&folder), false), &[], &mut |_| ()).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("--force"), "{refused}");
    assert_eq!(std::fs::read(path(&folder)).unwrap(), b"precious");
    copy::backup(&from, (&path(&folder), true), &[], &mut |_| ())
        .await
        .unwrap();
    verify(&path(&folder)).await.unwrap();
    assert_eq!(names(&folder), ["backup.db"]);
}

#[tokio::test]
async fn a_damaged_backup_is_found_before_anything_is_touched() {
    let (_kept, from) = filled().await;
    let folder = tempfile::tempdir().unwrap();
    backup(&from, &path(&folder)).await;
    let whole = std::fs::read(path(&folder)).unwrap();
    // Cut off, as by a full disk.
    std::fs::write(path(&folder), &whole[..whole.len() - 5_000]).unwrap();
    verify(&path(&folder)).await.unwrap_err();
    // A letter that has become another.
    let text = "1 – „".as_bytes();
    let places = whole.windows(text.len()).enumerate();
    let places = places.filter(|(_, found)| *found == text);
    let mut changed = whole.clone();
    for (place, _) in places {
        changed[place] = b'7';
    }
    assert_ne!(changed, whole, "the texts of the rows are in it");
    std::fs::write(path(&folder), &changed).unwrap();
    let found = verify(&path(&folder)).await.unwrap_err();
    assert!(found.contains("damaged"), "{found}");
    // A row that was taken out with care.
    std::fs::write(path(&folder), &whole).unwrap();
    let db = Db::open_sqlite(&path(&folder)).unwrap();
    db.execute("DELETE FROM known_devices", &[]).await.unwrap();
    db.close().await;
    let found = verify(&path(&folder)).await.unwrap_err();
    assert!(found.contains("known_devices"), "{found}");
    std::fs::write(
        path(&folder),
        "no database at all, but a text of some length",
    )
    .unwrap();
    let found = verify(&path(&folder)).await.unwrap_err();
    assert!(!found.contains('\n'), "{found}");
}

#[tokio::test]
async fn a_backup_of_an_older_release_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let old = file(&folder, "old.db");
    let db = open(&old).await;
    let newest = migrations().unwrap().len();
    db.migrate_until(newest - 1).await.unwrap();
    let tables = copy::expected(newest - 1).unwrap();
    assert!(tables.iter().any(|table| table.name == "accounts"));
    let sql = "INSERT INTO guards (name, touched_at) VALUES ('old', 7)";
    db.execute(sql, &[]).await.unwrap();
    db.close().await;
    let made = backup(&old, &path(&folder)).await;
    assert_eq!(made.schema, newest - 1);
    let to = Database::create().await;
    let restored = restore(&path(&folder), &place(&to), false).await.unwrap();
    assert_eq!(restored.schema, newest);
    assert_eq!(count(&place(&to), "guards").await, 1);
}
