//! Verification: every kind of change is found, and the first entry that it touched is named.

use gatepost::audit::{self, Broken, Head};

use super::{execute, write};
use crate::support::TestApp;

async fn log() -> (TestApp, Head) {
    let app = TestApp::start().await;
    write(&app, 6).await;
    let head = audit::verify(&app, None).await.unwrap().unwrap();
    assert_eq!(head.seq, 6);
    (app, head)
}

async fn broken(app: &TestApp) -> Broken {
    audit::verify(app, None)
        .await
        .unwrap()
        .expect_err("the log is broken")
}

#[tokio::test]
async fn an_empty_log_is_whole() {
    let app = TestApp::start().await;
    let head = audit::verify(&app, None).await.unwrap().unwrap();
    assert_eq!(head.to_string(), "0:");
    assert_eq!(head.to_string().parse::<Head>().unwrap(), head);
}

#[tokio::test]
async fn a_changed_field_is_found_whichever_it_is() {
    let (app, _) = log().await;
    let id = "'00000000-0000-7000-8000-000000000000'";
    let id = match app.db.dialect() {
        gatepost::db::Dialect::Postgres => id.to_owned(),
        gatepost::db::Dialect::Sqlite => "x'00000000000070008000000000000000'".to_owned(),
    };
    for (column, value) in [
        ("id", id.as_str()),
        ("at", "at + 1"),
        ("event", "'logout'"),
        ("outcome", "'done'"),
        ("reason", "NULL"),
        ("actor_kind", "'system'"),
        ("actor_id", &id),
        ("account_id", "NULL"),
        ("session_id", &id),
        ("request_id", "'other'"),
        ("details", "'{}'"),
        ("personal_digest", "digest"),
        ("digest", "personal_digest"),
    ] {
        let keep = "CREATE TABLE kept AS SELECT * FROM audit_entries WHERE seq = 3".to_string();
        execute(&app, &keep).await;
        let change = format!("UPDATE audit_entries SET {column} = {value} WHERE seq = 3");
        assert_eq!(execute(&app, &change).await, 1);
        let found = broken(&app).await;
        assert_eq!(found.seq, 3, "{column}");
        assert!(found.what.contains("it was changed"), "{column}: {found}");
        execute(&app, "DELETE FROM audit_entries WHERE seq = 3").await;
        execute(&app, "INSERT INTO audit_entries SELECT * FROM kept").await;
        execute(&app, "DROP TABLE kept").await;
        assert!(audit::verify(&app, None).await.unwrap().is_ok(), "{column}");
    }
}

#[tokio::test]
async fn changed_personal_details_are_found() {
    for change in [
        "personal = '{}'",
        "personal_salt = digest",
        "personal_salt = NULL",
    ] {
        let (app, _) = log().await;
        execute(
            &app,
            &format!("UPDATE audit_entries SET {change} WHERE seq = 4"),
        )
        .await;
        let found = broken(&app).await;
        assert_eq!(
            (found.seq, found.what.as_str()),
            (4, "its personal details were changed")
        );
    }
}

#[tokio::test]
async fn an_entry_that_was_taken_out_of_the_middle_is_found() {
    let (app, _) = log().await;
    execute(&app, "DELETE FROM audit_entries WHERE seq = 2").await;
    let found = broken(&app).await;
    assert_eq!(
        (found.seq, found.what.as_str()),
        (3, "the entry 2 before it is missing")
    );
    execute(&app, "DELETE FROM audit_entries WHERE seq = 3").await;
    assert_eq!(
        broken(&app).await.what,
        "the entries 2 to 3 before it are missing"
    );
    // Moving the others together does not help.
    for seq in [4, 5, 6] {
        execute(
            &app,
            &format!(
                "UPDATE audit_entries SET seq = {} WHERE seq = {seq}",
                seq - 2
            ),
        )
        .await;
    }
    assert_eq!(broken(&app).await.seq, 2);
}

#[tokio::test]
async fn the_first_entry_cannot_be_taken_away() {
    let (app, _) = log().await;
    execute(&app, "DELETE FROM audit_entries WHERE seq = 1").await;
    assert_eq!(broken(&app).await.what, "the entry 1 before it is missing");
}

#[tokio::test]
async fn entries_that_changed_places_are_found() {
    let (app, _) = log().await;
    for (from, to) in [(2, -2), (4, 2), (-2, 4)] {
        execute(
            &app,
            &format!("UPDATE audit_entries SET seq = {to} WHERE seq = {from}"),
        )
        .await;
    }
    assert_eq!(broken(&app).await.seq, 2);
}

#[tokio::test]
async fn an_entry_that_was_put_in_is_found() {
    let (app, head) = log().await;
    write(&app, 1).await;
    execute(
        &app,
        "UPDATE audit_entries SET seq = 7, digest = personal_digest WHERE seq IS NULL",
    )
    .await;
    let found = audit::verify(&app, Some(head)).await.unwrap().unwrap_err();
    assert_eq!(found.seq, 7);
    assert!(found.what.contains("put in"), "{found}");
}

#[tokio::test]
async fn an_end_that_was_cut_off_is_found_by_an_earlier_head() {
    let (app, head) = log().await;
    execute(&app, "DELETE FROM audit_entries WHERE seq > 4").await;
    assert_eq!(
        audit::verify(&app, None).await.unwrap().unwrap().seq,
        4,
        "by itself it looks whole"
    );
    let found = audit::verify(&app, Some(head.clone()))
        .await
        .unwrap()
        .unwrap_err();
    assert_eq!((found.seq, found.id), (5, None));
    assert!(found.what.contains("cut off"), "{found}");
    // What is written since stands in its place.
    write(&app, 5).await;
    let found = audit::verify(&app, Some(head)).await.unwrap().unwrap_err();
    assert_eq!(found.seq, 6);
    assert!(found.what.contains("written anew"), "{found}");
}

#[tokio::test]
async fn an_earlier_head_stays_true_while_the_log_grows() {
    let (app, head) = log().await;
    write(&app, 3).await;
    assert_eq!(
        audit::verify(&app, Some(head)).await.unwrap().unwrap().seq,
        9
    );
}

#[tokio::test]
async fn goes_through_more_entries_than_are_read_together() {
    let app = TestApp::start().await;
    write(&app, 2100).await;
    assert_eq!(audit::verify(&app, None).await.unwrap().unwrap().seq, 2100);
    execute(
        &app,
        "UPDATE audit_entries SET outcome = 'done' WHERE seq = 2050",
    )
    .await;
    assert_eq!(broken(&app).await.seq, 2050);
}

#[test]
fn heads_are_read_as_they_are_printed() {
    let digest = "ab".repeat(32);
    assert_eq!(format!("7:{digest}").parse::<Head>().unwrap().seq, 7);
    for text in [
        "",
        "7",
        "7:",
        "7:ab",
        ":ab",
        "-1:",
        "x:y",
        &format!("0:{digest}"),
        &format!("7:{}", "zz".repeat(32)),
    ] {
        assert!(text.parse::<Head>().is_err(), "{text}");
    }
}
