//! The kept number of accounts: never another one than the table has.

use gatepost::accounts;
use gatepost::db::Run;
use gatepost::params;

use crate::accounts::list;
use crate::support::{TestApp, on_both};

/// The number that a list answers, which must be the one of the rows.
async fn total(app: &TestApp) -> i64 {
    let row = app.db.one("SELECT COUNT(*) AS total FROM accounts", &[]);
    let rows: i64 = row.await.unwrap().get("total").unwrap();
    let told = list(app, "").await["total"].as_i64().unwrap();
    assert_eq!(told, rows, "the list tells {told}");
    told
}

#[tokio::test]
async fn follows_who_comes_and_goes() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    assert_eq!(total(&app).await, 1);
    let mut ids = Vec::new();
    for number in 0..40 {
        let one = app.register(&format!("person{number}@example.com")).await;
        ids.push(one["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(total(&app).await, 41, "over all parts of the count");
    for id in ids.iter().take(15).chain(ids.iter().take(3)) {
        let path = format!("/users/{id}");
        app.delete(&path).bearer(&admin.token).await;
    }
    assert_eq!(
        total(&app).await,
        26,
        "who is deleted twice is gone only once"
    );
}

#[tokio::test]
async fn does_not_count_who_was_refused() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let taken =
        serde_json::json!({"email": "admin@example.com", "password": crate::support::PASSWORD});
    for path in ["/register/", "/users/"] {
        let answer = app.post_json(path, &taken).bearer(&admin.token).await;
        answer.expect(400);
    }
    let own = format!("/users/{}", admin.id);
    app.delete(&own).bearer(&admin.token).await.expect(409);
    assert_eq!(total(&app).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn is_set_right_once_after_an_older_release_has_not_counted() {
    let app = TestApp::start().await;
    for email in ["jane@example.com", "ann@example.com"] {
        app.verified_user(email).await;
    }
    for wrong in [-2_i64, 5] {
        let sql = "UPDATE account_counts SET total = total + $1 WHERE shard = 3";
        app.db.execute(sql, params![wrong]).await.unwrap();
        let node = app.second_node().await;
        let (here, there) = on_both(&app, &node, |node| async move {
            accounts::settle_total(&node).await
        })
        .await;
        let settled = here.unwrap() + there.unwrap();
        assert_eq!(settled, wrong.unsigned_abs(), "by one of the two nodes");
        assert_eq!(total(&app).await, 3);
        assert_eq!(accounts::settle_total(&app).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn of_nearly_all_is_all_without_the_few() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for email in ["jane@example.com", "ann@example.com"] {
        app.verified_user(email).await;
    }
    app.register("new@example.com").await;
    let locked = app.verified_user("locked@example.com").await;
    let path = format!("/users/{}/lock", locked.id);
    app.post(&path).bearer(&admin.token).await.expect(200);
    crate::attempts::lock_out(&app, "ann@example.com").await;
    for (query, expected) in [
        ("is_locked=true", 2),
        ("is_locked=false", 3),
        ("email_verified=true", 4),
        ("email_verified=false", 1),
        ("is_locked=false&email_verified=false", 1),
        ("is_locked=true&email_verified=true", 2),
        ("email_verified=true&role=ADMIN", 1),
        ("is_locked=false&q=example", 3),
        ("is_locked=true&created_from=2000-01-01", 2),
    ] {
        let page = list(&app, query).await;
        assert_eq!(page["total"], expected, "{query}");
        assert_eq!(page["items"].as_array().unwrap().len(), expected, "{query}");
    }
}
