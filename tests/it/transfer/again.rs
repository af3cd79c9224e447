//! Importing again: who is there stays as he is, unless it is asked for otherwise.

use gatepost::db::Run;
use gatepost::sessions::Staff;
use gatepost::transfer::{self, System, Update};

use super::{Order, app, column, count, logs_in};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn who_is_there_already_is_counted_and_left_alone() {
    let app = app().await;
    let first = Order::file(System::Csv, "seed.csv").run(&app).await;
    assert_eq!((first.imported, first.present), (3, 0));
    logs_in(&app, "admin@seed.example").await;
    let hash = column(&app, "admin@seed.example", "password_hash").await;
    let again = Order::file(System::Csv, "seed.csv").run(&app).await;
    assert_eq!(
        (again.imported, again.present, again.refused),
        (0, 3, 0),
        "{again:#?}"
    );
    assert_eq!(
        column(&app, "admin@seed.example", "password_hash").await,
        hash
    );
    assert_eq!(count(&app).await, 3);
}

#[tokio::test]
async fn another_spelling_of_the_address_is_the_same_account() {
    let app = app().await;
    app.verified_user("ada@example.com").await;
    let report = Order::text(&app, System::Csv, "email,first_name\nADA@Example.COM,Eve\n")
        .run(&app)
        .await;
    assert_eq!((report.imported, report.present), (0, 1), "{report:#?}");
    assert_eq!(column(&app, "ada@example.com", "first_name").await, None);
}

#[tokio::test]
async fn an_import_that_was_stopped_goes_on() {
    let app = app().await;
    let rows: Vec<String> = (0..1300)
        .map(|n| format!("user{n}@example.com,nick_{n}\n"))
        .collect();
    let text = format!("email,nickname\n{}", rows.concat());
    let order = Order::text(&app, System::Csv, &text);
    let report = transfer::import(&app, &Staff::operator(), order.import, |_| false)
        .await
        .unwrap();
    assert!(!report.complete);
    assert_eq!(
        (report.imported, count(&app).await),
        (1000, 1000),
        "the batch that was begun is there"
    );
    let report = Order::text(&app, System::Csv, &text).run(&app).await;
    assert_eq!(
        (report.imported, report.present, report.refused),
        (300, 1000, 0),
        "{report:#?}"
    );
    assert!(report.complete);
    assert_eq!((report.nicknames_made, count(&app).await), (0, 1300));
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_tells_the_same() {
    let app = app().await;
    app.admin().await;
    let before = app.dump().await;
    let told = Order::file(System::Csv, "seed.csv").dry().run(&app).await;
    assert!(told.dry_run && told.complete);
    TestApp::assert_same(&before, &app.dump().await, "a dry run");
    let done = Order::file(System::Csv, "seed.csv").run(&app).await;
    assert_eq!(
        (
            told.read,
            told.imported,
            told.refused,
            told.locked,
            told.unverified
        ),
        (
            done.read,
            done.imported,
            done.refused,
            done.locked,
            done.unverified
        )
    );
}

#[tokio::test]
async fn a_profile_is_changed_when_it_is_asked_for() {
    let app = app().await;
    Order::text(
        &app,
        System::Csv,
        "email,first_name,bio\nada@example.com,Ada,Old\n",
    )
    .run(&app)
    .await;
    let order = Order::text(
        &app,
        System::Csv,
        "email,first_name,bio,role\nada@example.com,,New,MANAGER\n",
    );
    let report = order.update(Update::Profile).run(&app).await;
    assert_eq!(
        (report.updated, report.present, report.imported),
        (1, 0, 0),
        "{report:#?}"
    );
    assert_eq!(column(&app, "ada@example.com", "bio").await.unwrap(), "New");
    assert_eq!(
        column(&app, "ada@example.com", "first_name").await.unwrap(),
        "Ada",
        "what is not said stays"
    );
    assert_eq!(
        column(&app, "ada@example.com", "role").await.unwrap(),
        "AUTHENTICATED",
        "roles are decided here"
    );
    let order = Order::text(&app, System::Csv, "email,bio\nada@example.com,New\n");
    let report = order.update(Update::Profile).run(&app).await;
    assert_eq!((report.updated, report.present), (0, 1), "nothing differs");
}

#[tokio::test]
async fn a_password_is_replaced_only_when_all_is_asked_for_and_ends_the_sessions() {
    let app = app().await;
    let ada = app.verified_user("ada@example.com").await;
    let line = "{\"email\":\"ada@example.com\",\"password_hash\":\"$2b$04$6HMEa9m5JjHkRFQXR8iPhuhVwySFEe2SBHk4NYbPtq7aXlnxDeGuS\"}";
    Order::text(&app, System::Jsonl, line)
        .update(Update::Profile)
        .run(&app)
        .await;
    app.get("/myaccount").bearer(&ada.token).await.expect(200);
    let report = Order::text(&app, System::Jsonl, line)
        .update(Update::All)
        .run(&app)
        .await;
    assert_eq!(report.updated, 1);
    app.get("/myaccount").bearer(&ada.token).await.expect(401);
    assert_eq!(
        column(&app, "ada@example.com", "hash_kind").await.unwrap(),
        "$2b$04"
    );
    logs_in(&app, "ada@example.com").await;
}

#[tokio::test]
async fn an_id_that_somebody_has_is_not_taken_over() {
    let app = app().await;
    let ada = app.verified_user("ada@example.com").await;
    let text = format!(
        "id,email\n{},eve@example.com\n00000000-0000-0000-0000-000000000000,nil@example.com\n",
        ada.id
    );
    let report = Order::text(&app, System::Csv, text).run(&app).await;
    assert_eq!((report.imported, report.refused), (2, 0), "{report:#?}");
    assert!(
        report.issues[0].why.contains("another account has its id"),
        "{report:#?}"
    );
    let me = app
        .get("/myaccount")
        .bearer(&ada.token)
        .await
        .expect(200)
        .json();
    assert_eq!(me["email"], "ada@example.com");
}

#[tokio::test]
async fn a_run_is_one_entry_of_the_audit_log() {
    let app = app().await;
    Order::file(System::Csv, "seed.csv").run(&app).await;
    let sql = "SELECT event, details FROM audit_entries WHERE actor_kind = 'operator'";
    let rows = app.db.all(sql, &[]).await.unwrap();
    assert_eq!(rows.len(), 1);
    let details: serde_json::Value =
        serde_json::from_str(&rows[0].get::<String>("details").unwrap()).unwrap();
    assert_eq!(rows[0].get::<String>("event").unwrap(), "accounts_imported");
    assert_eq!(
        (details["imported"].as_u64(), details["from"].as_str()),
        (Some(3), Some("csv"))
    );
    Order::file(System::Csv, "seed.csv").dry().run(&app).await;
    let rows = app.db.all(sql, &[]).await.unwrap();
    assert_eq!(rows.len(), 1, "a dry run is none");
}

#[tokio::test]
async fn a_server_that_runs_beside_it_knows_the_accounts_at_once() {
    let app = app().await;
    let node = app.second_node().await;
    Order::file(System::Csv, "seed.csv").run(&app).await;
    let known = [("username", "admin@seed.example"), ("password", PASSWORD)];
    node.post_form("/login/", &known).await.expect(200);
}
