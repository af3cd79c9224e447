//! Backups: one file, found damaged before anything is touched, restored into either engine.

use std::path::{Path, PathBuf};

use gatepost::config::DatabaseKind;
use gatepost::db::copy::{self, BackupFile, Report};
use gatepost::db::{Db, Run, migrations};
use tempfile::TempDir;

use super::{count, file, fill, filled, open, place, tables};
use crate::support::database::Database;

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
async fn a_backup_never_takes_the_place_of_what_it_saves() {
    let folder = tempfile::tempdir().unwrap();
    let live = file(&folder, "live.db");
    let db = open(&live).await;
    db.migrate().await.unwrap();
    fill(&db, &tables()).await;
    db.close().await;
    let at = |name: &str| folder.path().join(name);
    let whole = std::fs::read(at("live.db")).unwrap();
    std::os::unix::fs::symlink(at("live.db"), at("link.db")).unwrap();
    std::fs::hard_link(at("live.db"), at("second name.db")).unwrap();
    std::fs::create_dir(at("below")).unwrap();
    let linked = DatabaseKind::Sqlite(at("link.db"));
    for target in [
        "live.db",
        "below/../live.db",
        "link.db",
        "second name.db",
        "live.db-wal",
        "live.db-shm",
        "live.db-journal",
    ] {
        for from in [&live, &linked] {
            let refused = copy::backup(from, (&at(target), true), &[], &mut |_| ()).await;
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains("the database itself"), "{refused}");
        }
        assert_eq!(std::fs::read(at("live.db")).unwrap(), whole, "{target}");
    }
    let left = names(&folder);
    assert_eq!(left, ["below", "link.db", "live.db", "second name.db"]);
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
    let told = format!("{} is no database: ", path(&folder).display());
    assert!(found.contains(&told) && !found.contains('\n'), "{found}");
}

#[tokio::test]
async fn damage_is_told_with_the_file_and_the_place_in_it() {
    let (_kept, from) = filled().await;
    let folder = tempfile::tempdir().unwrap();
    backup(&from, &path(&folder)).await;
    let file = rusqlite::Connection::open(path(&folder)).unwrap();
    let sql = "UPDATE accounts SET bio = CAST(x'31e220' AS TEXT)";
    assert_ne!(file.execute(sql, []).unwrap(), 0);
    drop(file);
    let found = verify(&path(&folder)).await.unwrap_err();
    let file = path(&folder).display().to_string();
    let expected = format!("the backup {file} is damaged: ");
    assert!(found.starts_with(&expected), "{found}");
    assert!(
        found.contains("holds a text that is not UTF-8") && found.contains("take another backup"),
        "{found}"
    );
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
