//! Migrations: applied once, by whoever comes first, and only to a database that they know.

use gatepost::app::App;
use gatepost::clock::Clock;
use gatepost::db::{Db, Run, migrations};
use gatepost::params;

use crate::support::app::settings;
use crate::support::database::Database;
use crate::support::{TestApp, source};

async fn open(database: &Database) -> Result<App, String> {
    App::open(settings(database), Clock::standing()).await
}

async fn applied(db: &Db) -> i64 {
    let row = db
        .one("SELECT count(*) AS number FROM schema_migrations", &[])
        .await
        .unwrap();
    row.get("number").unwrap()
}

fn known() -> i64 {
    i64::try_from(migrations().unwrap().len()).unwrap()
}

#[tokio::test]
async fn builds_an_empty_database_and_leaves_it_alone_afterwards() {
    let database = Database::create().await;
    let app = open(&database).await.unwrap();
    assert_eq!(applied(&app.db).await, known());
    assert_eq!(
        app.db.migrate().await.unwrap(),
        0,
        "everything is applied already"
    );
    app.close().await;

    let app = open(&database).await.unwrap();
    assert_eq!(applied(&app.db).await, known());
    app.close().await;
}

#[tokio::test]
async fn keeps_what_a_database_holds() {
    let database = Database::create().await;
    let app = TestApp::on(database.shared(), |_| ()).await;
    let id = app.admin().await.id.clone();
    app.close().await;
    let app = TestApp::on(database.shared(), |_| ()).await;
    let token = app.log_in("admin@example.com").await;
    assert_eq!(
        app.get("/myaccount")
            .bearer(&token)
            .await
            .expect(200)
            .json()["id"],
        id
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lets_two_nodes_start_at_once_on_an_empty_database() {
    for round in 0..20 {
        let database = Database::create().await;
        let (one, other) = (database.shared(), database.shared());
        let one = tokio::spawn(async move { open(&one).await });
        let other = tokio::spawn(async move { open(&other).await });
        let (one, other) = (one.await.unwrap(), other.await.unwrap());
        let one = one.unwrap_or_else(|error| panic!("round {round}, the one: {error}"));
        let other = other.unwrap_or_else(|error| panic!("round {round}, the other: {error}"));
        assert_eq!(applied(&one.db).await, known(), "round {round}");
        // Both read the same signing key: one of them has made it.
        let kids = [
            one.keys.signing(&one).await.unwrap().kid.clone(),
            other.keys.signing(&other).await.unwrap().kid.clone(),
        ];
        assert_eq!(kids[0], kids[1], "round {round}");
        one.close().await;
        other.close().await;
    }
}

#[tokio::test]
async fn refuses_a_database_of_a_newer_release() {
    let database = Database::create().await;
    let app = open(&database).await.unwrap();
    let newer = "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
    app.db
        .execute(newer, params![known() + 1, "from_the_future", "00", 0_i64])
        .await
        .unwrap();
    app.close().await;
    let error = open(&database).await.err().expect("it is refused");
    assert!(error.contains("newer release"), "{error}");
    assert!(error.contains(&format!("{:04}", known() + 1)), "{error}");
    assert!(!error.contains('\n'), "one line: {error}");
}

#[tokio::test]
async fn a_node_that_runs_goes_on_when_a_newer_one_has_migrated() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let newer = "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
    app.db
        .execute(newer, params![known() + 1, "from_the_future", "00", 0_i64])
        .await
        .unwrap();
    app.db
        .execute("ALTER TABLE accounts ADD COLUMN of_the_future TEXT", &[])
        .await
        .unwrap();
    app.get("/myaccount").bearer(&admin.token).await.expect(200);
    app.verified_user("ann@example.com").await;
}

#[tokio::test]
async fn refuses_a_database_that_was_built_from_another_text() {
    let database = Database::create().await;
    let app = open(&database).await.unwrap();
    app.db
        .execute(
            "UPDATE schema_migrations SET checksum = $1 WHERE version = 1",
            params!["00"],
        )
        .await
        .unwrap();
    app.close().await;
    let error = open(&database).await.err().expect("it is refused");
    assert!(
        error.contains("0001") && error.contains("another text"),
        "{error}"
    );
}

#[test]
fn numbers_are_without_gaps() {
    let versions: Vec<i64> = migrations()
        .unwrap()
        .iter()
        .map(|migration| migration.version)
        .collect();
    assert_eq!(versions, (1..=known()).collect::<Vec<_>>());
}

/// There was no release yet that it could be missing to.
const DROPPED_BEFORE_ANY_RELEASE: &str = "DROP TABLE REFRESH_TOKENS;";

/// What `migrations/README.md` rules out.
#[test]
fn keeps_to_the_portable_subset() {
    let mut found = Vec::new();
    for file in source::files("migrations", ".sql") {
        for (number, line) in (1..).zip(file.text.lines()) {
            let sql = line.split("--").next().unwrap_or_default().to_uppercase();
            let words: Vec<&str> = sql
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .collect();
            let barred = [
                "SERIAL",
                "BIGSERIAL",
                "AUTOINCREMENT",
                "TRIGGER",
                "JSON",
                "JSONB",
                "TIMESTAMP",
                "TIMESTAMPTZ",
                "INTEGER",
                "INT",
                "REAL",
                "VARCHAR",
                "BLOB",
                "DATETIME",
                "ENUM",
                "NOW",
                "CURRENT_TIMESTAMP",
            ];
            if let Some(word) = words.iter().find(|word| barred.contains(word)) {
                found.push(format!("{}:{number}: {word} in {}", file.path, line.trim()));
            }
            // What is dropped is missing to the release before, which may run beside; an index only makes it slower.
            let is_allowed = ["DROP INDEX ", DROPPED_BEFORE_ANY_RELEASE]
                .iter()
                .any(|allowed| sql.trim_start().starts_with(allowed));
            if words.contains(&"DROP") && !is_allowed {
                found.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
            if words.contains(&"UNIQUE") && !line.contains("CONSTRAINT \"") {
                found.push(format!(
                    "{}:{number}: a unique rule is named \"table.column\": {}",
                    file.path,
                    line.trim()
                ));
            }
        }
    }
    source::assert_none(
        &found,
        "One text serves both databases (migrations/README.md):",
    );
}
