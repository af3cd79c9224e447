//! The database of the application that came before, read directly. Only where there is a PostgreSQL to make one on.

use std::path::PathBuf;

use gatepost::transfer::{Origin, Source, System};
use tokio_postgres::NoTls;

use super::{Order, app, column, logs_in};
use crate::support::database::Database;

const TABLE: &str = "CREATE TYPE \"UserRole\" AS ENUM ('ANONYMOUS', 'AUTHENTICATED', 'MANAGER', 'ADMIN');
    CREATE TABLE users (id uuid PRIMARY KEY, nickname varchar(50) NOT NULL, email varchar(255) NOT NULL, first_name varchar(100),
        last_name varchar(100), bio varchar(500), profile_picture_url varchar(255), linkedin_profile_url varchar(255),
        github_profile_url varchar(255), role \"UserRole\" NOT NULL, is_professional boolean, professional_status_updated_at timestamptz,
        last_login_at timestamptz, failed_login_attempts integer, is_locked boolean, created_at timestamptz, updated_at timestamptz,
        verification_token varchar, email_verified boolean NOT NULL, hashed_password varchar(255) NOT NULL);
    INSERT INTO users SELECT gen_random_uuid(), 'nick_' || n, 'user' || n || '@example.com', 'Ada', NULL, NULL, NULL, NULL, NULL,
        'AUTHENTICATED', n % 2 = 0, NULL, '2023-06-01 12:00:00+02', 0, false, '2023-05-17 08:30:11.123456+00', now(), NULL, true,
        '$2b$04$6HMEa9m5JjHkRFQXR8iPhuhVwySFEe2SBHk4NYbPtq7aXlnxDeGuS' FROM generate_series(1, 1200) n;";

/// Runs the statements there, and answers whether there is a server at all.
async fn make(database: &Database, sql: &str) -> Option<String> {
    let url = database.url()?;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
    Some(url)
}

async fn open(url: String, system: System) -> Result<Source, String> {
    let origin = Origin::Database {
        url,
        password: None,
        table: None,
    };
    // It waits for the server, as nothing in a test's runtime may.
    tokio::task::spawn_blocking(move || Source::open(&origin, system))
        .await
        .unwrap()
}

#[tokio::test]
async fn the_table_of_the_application_is_read_to_its_end() {
    let database = Database::create().await;
    let Some(url) = make(&database, TABLE).await else {
        return;
    };
    let app = app().await;
    let source = open(url, System::Csv).await.unwrap();
    assert_eq!(
        (source.total, source.name.as_str()),
        (Some(1200), "the table users")
    );
    let mut order = Order::of(System::Csv, PathBuf::from("/dev/null"));
    order.import.source = source;
    let report = order.run(&app).await;
    assert_eq!(
        (report.read, report.imported, report.refused),
        (1200, 1200, 0),
        "{report:#?}"
    );
    assert!(report.unknown_fields.is_empty(), "{report:#?}");
    assert_eq!(
        column(&app, "user7@example.com", "last_login_at")
            .await
            .unwrap(),
        "1685613600000"
    );
    assert_eq!(
        column(&app, "user7@example.com", "created_at")
            .await
            .unwrap(),
        "1684312211123"
    );
    assert_eq!(
        column(&app, "user7@example.com", "nickname").await.unwrap(),
        "nick_7"
    );
    logs_in(&app, "user1200@example.com").await;
}

#[tokio::test]
async fn a_database_without_such_a_table_says_which_were_looked_for() {
    let database = Database::create().await;
    let Some(url) = make(&database, "SELECT 1").await else {
        return;
    };
    for (system, table) in [
        (System::Csv, "users, user"),
        (System::Django, "auth_user"),
        (System::Supabase, "auth.users"),
    ] {
        let error = open(url.clone(), system)
            .await
            .err()
            .expect("there is none");
        assert!(error.contains(table), "{error}");
    }
}
