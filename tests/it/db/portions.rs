//! Portions: many rows, and never many in one transaction.

use gatepost::db::Run;
use gatepost::params;

use super::{insert, names};
use crate::support::TestApp;

const DELETE: &str = "DELETE FROM guards WHERE touched_at < $1
    AND name IN (SELECT name FROM guards WHERE name LIKE 'many%' AND touched_at < $1 LIMIT $2)";

#[tokio::test]
async fn go_on_until_nothing_is_left() {
    let app = TestApp::start().await;
    app.db
        .transaction(|tx| async move {
            for number in 0..450 {
                insert(&tx, &format!("many {number:03}")).await?;
            }
            insert(&tx, "one").await
        })
        .await
        .unwrap();
    let sql = "UPDATE guards SET touched_at = 9 WHERE name = 'many 007'";
    app.db.execute(sql, &[]).await.unwrap();
    let changed = app.db.in_portions(DELETE, params![9_i64]).await.unwrap();
    assert_eq!(changed, 449);
    assert_eq!(names(&app, "many").await, ["many 007"]);
    assert_eq!(names(&app, "one").await, ["one"]);
    let again = app.db.in_portions(DELETE, params![9_i64]).await.unwrap();
    assert_eq!(again, 0);
}

#[tokio::test]
async fn change_at_most_some_rows_each() {
    let app = TestApp::start().await;
    let sql = "INSERT INTO guards (name, touched_at) SELECT $1, CAST($2 AS BIGINT)
        WHERE (SELECT COUNT(*) FROM guards WHERE name LIKE 'portion%') = 0";
    let changed = app.db.in_portions(sql, params!["portion"]).await.unwrap();
    assert_eq!(changed, 1);
    let row = app
        .db
        .one("SELECT touched_at FROM guards WHERE name = 'portion'", &[]);
    let most: i64 = row.await.unwrap().get("touched_at").unwrap();
    assert!((1..=1000).contains(&most), "{most} rows at once");
}
