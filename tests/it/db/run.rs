//! Statements: what goes in comes out, on its own and inside a transaction.

use gatepost::clock::Timestamp;
use gatepost::db::{Fault, Result, Row, Run};
use gatepost::ids::MailId;
use gatepost::params;

use super::{find, insert, touch};
use crate::support::TestApp;

const INSERT_MAIL: &str =
    "INSERT INTO outbox (id, recipient, sealed, created_at, due_at, attempts, last_error)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

#[tokio::test]
async fn values_come_back_as_they_were() {
    let app = TestApp::start().await;
    let texts = [
        "",
        "plain",
        "it's; -- \"quoted\"",
        "äöü 🦦 \u{202e}",
        "line\nline\r\ttab",
        "\\ % _ $1",
    ];
    let bytes: [&[u8]; 3] = [&[], &[0, 255, 128], b"text"];
    for (place, text) in texts.into_iter().enumerate() {
        let (id, sealed) = (MailId::new(), bytes[place % bytes.len()]);
        let (least, most) = (i64::MIN, Timestamp(i64::MAX));
        let error = (place % 2 == 0).then_some(text);
        let values = params![id, text, sealed, least, most, 7_u32, error];
        assert_eq!(app.db.execute(INSERT_MAIL, values).await.unwrap(), 1);
        let row = app
            .db
            .one("SELECT * FROM outbox WHERE id = $1", params![id])
            .await
            .unwrap();
        assert_eq!(row.get::<MailId>("id").unwrap(), id);
        assert_eq!(row.get::<String>("recipient").unwrap(), text);
        assert_eq!(row.get::<Vec<u8>>("sealed").unwrap(), sealed);
        assert_eq!(row.get::<i64>("created_at").unwrap(), i64::MIN);
        assert_eq!(row.get::<Timestamp>("due_at").unwrap(), most);
        assert_eq!(row.get::<u32>("attempts").unwrap(), 7);
        assert_eq!(
            row.get::<Option<String>>("last_error").unwrap().as_deref(),
            error
        );
        assert_eq!(row.get::<Option<Timestamp>>("sent_at").unwrap(), None);
    }
}

#[tokio::test]
async fn a_column_that_is_absent_or_of_another_type_is_a_fault() {
    let app = TestApp::start().await;
    insert(&app.db, "one").await.unwrap();
    let row = find(&app.db, "one").await.unwrap();
    assert!(row.get::<String>("colour").is_err());
    assert!(row.get::<i64>("name").is_err());
    assert!(row.get::<String>("touched_at").is_err());
    assert!(row.get::<bool>("name").is_err());
}

#[tokio::test]
async fn columns_are_read_in_any_order_and_more_than_once() {
    let app = TestApp::start().await;
    let sql =
        "SELECT CAST(1 AS BIGINT) AS one, CAST(2 AS BIGINT) AS two, CAST(3 AS BIGINT) AS three
        UNION ALL SELECT 4, 5, 6 ORDER BY one";
    let rows = app.db.all(sql, &[]).await.unwrap();
    let [first, second] = &rows[..] else {
        panic!("{} rows", rows.len())
    };
    let get = |row: &Row, name: &str| row.get::<i64>(name);
    for (row, name, value) in [
        (first, "three", 3),
        (first, "one", 1),
        (first, "one", 1),
        (second, "two", 5),
        (first, "two", 2),
        (second, "three", 6),
        (second, "one", 4),
    ] {
        assert_eq!(get(row, name).unwrap(), value, "{name}");
        assert!(get(row, "four").is_err());
    }
}

#[tokio::test]
async fn rows_are_found_or_not() {
    let app = TestApp::start().await;
    let sql = "SELECT touched_at FROM guards WHERE name = $1";
    assert!(
        app.db
            .optional(sql, params!["absent"])
            .await
            .unwrap()
            .is_none()
    );
    assert!(app.db.one(sql, params!["absent"]).await.is_err());
    assert!(app.db.all(sql, params!["absent"]).await.unwrap().is_empty());
    assert_eq!(touch(&app.db, "absent").await.unwrap(), 0);
    insert(&app.db, "present").await.unwrap();
    assert_eq!(touch(&app.db, "present").await.unwrap(), 1);
    assert_eq!(
        app.db
            .one(sql, params!["present"])
            .await
            .unwrap()
            .get::<i64>("touched_at")
            .unwrap(),
        1
    );
}

async fn first_of(run: &impl Run, sql: &str, most: usize) -> (Vec<i64>, usize) {
    let rows = run.first(sql, &[], most).await.unwrap();
    let numbers = rows.first.iter().map(|row| row.get("number").unwrap());
    (numbers.collect(), rows.count)
}

#[tokio::test]
async fn the_first_rows_are_read_and_all_are_counted() {
    let app = TestApp::start().await;
    let three =
        "SELECT CAST(1 AS BIGINT) AS number UNION ALL SELECT 2 UNION ALL SELECT 3 ORDER BY number";
    let none = "SELECT touched_at AS number FROM guards WHERE name = 'absent'";
    let wanted = [
        (three, 0, (vec![], 3)),
        (three, 2, (vec![1, 2], 3)),
        (three, 3, (vec![1, 2, 3], 3)),
        (three, usize::MAX, (vec![1, 2, 3], 3)),
        (none, 2, (vec![], 0)),
    ];
    for (sql, most, found) in &wanted {
        assert_eq!(first_of(&app.db, sql, *most).await, *found, "{most}");
    }
    let transaction = app.db.transaction(|tx| {
        let wanted = &wanted;
        async move {
            for (sql, most, found) in wanted {
                assert_eq!(first_of(&tx, sql, *most).await, *found, "{most}");
            }
            // One that writes runs to its end, however much of its answer is wanted.
            insert(&tx, "one").await?;
            insert(&tx, "two").await?;
            let sql = "UPDATE guards SET touched_at = 7 WHERE name IN ('one', 'two') RETURNING touched_at AS number";
            assert_eq!(first_of(&tx, sql, 1).await, (vec![7], 2));
            Ok::<_, Fault>(())
        }
    });
    transaction.await.unwrap();
    for name in ["one", "two"] {
        let row = find(&app.db, name).await.unwrap();
        assert_eq!(row.get::<i64>("touched_at").unwrap(), 7);
    }
}

#[tokio::test]
async fn a_statement_that_changes_rows_can_answer_them() {
    let app = TestApp::start().await;
    let sql = "INSERT INTO guards (name, touched_at) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET touched_at = guards.touched_at + $2 RETURNING touched_at";
    for expected in [2, 4, 6] {
        let row = app
            .db
            .optional(sql, params!["one", 2_i64])
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.get::<i64>("touched_at").unwrap(), expected);
    }
    let rows = app
        .db
        .all(
            "DELETE FROM guards WHERE name = $1 RETURNING name",
            params!["one"],
        )
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert!(find(&app.db, "one").await.is_none());
}

#[tokio::test]
async fn parameters_may_repeat_and_come_in_any_order() {
    let app = TestApp::start().await;
    let sql = "INSERT INTO guards (touched_at, name) VALUES ($2, $1)";
    app.db.execute(sql, params!["one", 5_i64]).await.unwrap();
    let sql = "SELECT name FROM guards WHERE touched_at = $2 AND name = $1 AND touched_at <= $2";
    assert!(
        app.db
            .optional(sql, params!["one", 5_i64])
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        app.db
            .optional(sql, params!["one", 4_i64])
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_taken_value_is_named_by_table_and_column() {
    let app = TestApp::start().await;
    let make = async |id: u8, email: &str, nickname: &str| -> Result<u64> {
        let id = uuid::Uuid::from_bytes([id; 16]);
        let sql = "INSERT INTO accounts (id, email, email_key, nickname, nickname_key, role, is_professional,
            password_hash, created_at, updated_at, name_key) VALUES ($1, $2, $2, $3, $3, 'ADMIN', $4, '', 0, 0, '')";
        app.db
            .execute(sql, params![id, email, nickname, false])
            .await
    };
    make(1, "a", "a").await.unwrap();
    for (email, nickname, expected) in [
        ("a", "b", "accounts.email_key"),
        ("b", "a", "accounts.nickname_key"),
    ] {
        let fault = make(2, email, nickname).await.unwrap_err();
        assert!(
            matches!(&fault, Fault::Unique(column) if column == expected),
            "{fault:?}"
        );
    }
    assert!(matches!(make(1, "b", "b").await, Err(Fault::Unique(_))));
    make(2, "b", "b").await.unwrap();
    let row = app
        .db
        .one(
            "SELECT is_professional FROM accounts WHERE email = $1",
            params!["b"],
        )
        .await
        .unwrap();
    assert!(!row.get::<bool>("is_professional").unwrap());
}

#[tokio::test]
async fn a_row_without_its_parent_is_refused_and_goes_with_it() {
    let app = TestApp::start().await;
    let admin: gatepost::ids::AccountId = app.admin().await.id.parse().unwrap();
    let sql = "INSERT INTO sessions (id, account_id, user_agent, address, created_at, expires_at)
        VALUES ($1, $2, '', '', 0, 0)";
    let orphan = app
        .db
        .execute(sql, params![uuid::Uuid::nil(), uuid::Uuid::nil()])
        .await;
    let fault = orphan.unwrap_err().to_string().to_lowercase();
    assert!(fault.contains("foreign key constraint"), "{fault}");
    app.db
        .execute("DELETE FROM accounts WHERE id = $1", params![admin])
        .await
        .unwrap();
    assert!(
        app.db
            .all("SELECT id FROM sessions", &[])
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_statement_that_is_not_understood_is_a_fault_and_harms_nobody() {
    let app = TestApp::start().await;
    for sql in [
        "SELEC 1",
        "SELECT * FROM nowhere",
        "INSERT INTO guards (name) VALUES ('x')",
    ] {
        assert!(
            matches!(app.db.execute(sql, &[]).await, Err(Fault::Other(_))),
            "{sql}"
        );
        assert!(
            app.db
                .prepare("SELECT name FROM guards WHERE name = $1")
                .await
                .is_ok()
        );
    }
    assert!(app.db.prepare("SELECT colour FROM guards").await.is_err());
    insert(&app.db, "still here").await.unwrap();
    assert!(find(&app.db, "still here").await.is_some());
}
