//! Stored hashes: those of the application before verify, and every outdated one is replaced at the next login.

use gatepost::config::ByteSize;
use gatepost::db::Run;
use gatepost::params;

use super::{right, wrong};
use crate::support::{PASSWORD, TestApp};

async fn stored(app: &TestApp, email: &str) -> String {
    let row = app
        .db
        .one(
            "SELECT password_hash FROM accounts WHERE email = $1",
            params![email],
        )
        .await
        .unwrap();
    row.get("password_hash").unwrap()
}

async fn store(app: &TestApp, email: &str, hash: &str) {
    let sql = "UPDATE accounts SET password_hash = $2 WHERE email = $1";
    assert_eq!(app.db.execute(sql, params![email, hash]).await.unwrap(), 1);
}

#[tokio::test]
async fn takes_bcrypt_once_and_replaces_it() {
    let app = TestApp::start().await;
    let email = &app.admin().await.email;
    let salted = bcrypt::hash_with_salt(PASSWORD, 4, [7; 16]).unwrap();
    for version in [
        bcrypt::Version::TwoB,
        bcrypt::Version::TwoY,
        bcrypt::Version::TwoA,
    ] {
        store(&app, email, &salted.format_for_version(version)).await;
        wrong(&app, email).await.expect(401);
        assert!(
            stored(&app, email).await.starts_with("$2"),
            "a wrong password replaces nothing"
        );
        right(&app, email).await.expect(200);
        assert!(
            stored(&app, email)
                .await
                .starts_with("$argon2id$v=19$m=64,t=1,p=1$")
        );
        right(&app, email).await.expect(200);
    }
}

#[tokio::test]
async fn follows_a_raised_cost_at_the_next_login() {
    let app = TestApp::start().await;
    let email = app.admin().await.email.clone();
    let before = stored(&app, &email).await;
    right(&app, &email).await.expect(200);
    assert_eq!(stored(&app, &email).await, before, "what is current stays");
    let node = app
        .second_node_with(|config| config.passwords.argon2_memory = ByteSize::of_kib(128))
        .await;
    right(&node, &email).await.expect(200);
    assert!(stored(&node, &email).await.contains("$m=128,t=1,p=1$"));
    right(&node, &email).await.expect(200);
}

#[tokio::test]
async fn lets_nobody_in_by_a_hash_that_is_none() {
    let app = TestApp::start().await;
    let email = &app.admin().await.email;
    for broken in [
        "",
        "!",
        PASSWORD,
        "$argon2id$",
        "$argon2id$v=19$m=64,t=1,p=1$$",
        "$2b$04$short",
        "$2b$99$x",
        "$1$a$b",
        "$argon2id$v=19$m=4294967295,t=4294967295,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
    ] {
        store(&app, email, broken).await;
        right(&app, email).await.expect(401);
        app.db
            .execute("DELETE FROM login_failures", &[])
            .await
            .unwrap();
    }
}
