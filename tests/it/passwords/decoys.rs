//! Decoys: whoever asks for an address that nobody has waits as long as for one that somebody has, also after an import.

use gatepost::config::ByteSize;
use gatepost::db::Run;
use gatepost::params;
use gatepost::passwords::{Asker, Share, Verdict, compare};

use crate::support::{PASSWORD, TestApp};

const BCRYPT: &str = "$2b$04$6HMEa9m5JjHkRFQXR8iPhuhVwySFEe2SBHk4NYbPtq7aXlnxDeGuS";

/// Gives an account a hash of another system.
async fn store(app: &TestApp, email: &str, (hash, kind): (&str, &str)) {
    let sql = "UPDATE accounts SET password_hash = $2, hash_kind = $3 WHERE email = $1";
    app.db
        .execute(sql, params![email, hash, kind])
        .await
        .unwrap();
}

/// How many of a hundred unknown names are compared with something else than our own hashes.
fn foreign(app: &TestApp) -> usize {
    let names = (0..100).map(|n| format!("nobody{n}@example.com"));
    names
        .filter(|name| app.decoys.choose(app, name).is_some())
        .count()
}

#[tokio::test]
async fn unknown_names_cost_what_the_accounts_cost() {
    let app = TestApp::start().await;
    for name in ["a", "b", "c", "d"] {
        app.verified_user(&format!("{name}@example.com")).await;
    }
    app.decoys.look_up(&app).await.unwrap();
    assert_eq!(foreign(&app), 0, "nobody was imported");

    store(&app, "a@example.com", (BCRYPT, "$2b$04")).await;
    store(&app, "b@example.com", (BCRYPT, "$2b$04")).await;
    app.decoys.look_up(&app).await.unwrap();
    // Two of five accounts, of which one is the administrator's.
    let found = foreign(&app);
    assert!((20..=60).contains(&found), "{found}");
    assert_eq!(foreign(&app), found, "the same name always costs the same");
    let decoys =
        (0..100).filter_map(|n| app.decoys.choose(&app, &format!("nobody{n}@example.com")));
    for decoy in decoys {
        assert!(decoy.starts_with("$2b$04$"), "{decoy}");
        assert_eq!(
            app.lane.verify(PASSWORD, Some(&decoy)).await.unwrap(),
            Verdict::Wrong
        );
    }

    app.log_in("a@example.com").await;
    app.log_in("b@example.com").await;
    app.decoys.look_up(&app).await.unwrap();
    assert_eq!(
        foreign(&app),
        0,
        "they have logged in, and their hashes are ours"
    );
}

#[tokio::test]
async fn every_kind_has_a_decoy_that_is_computed() {
    let app = TestApp::with(|config| config.passwords.argon2_memory = ByteSize::of_kib(128)).await;
    for kind in [
        "$2b$04",
        "$pbkdf2-sha1$i=1000",
        "$pbkdf2-sha512$i=1000",
        "$scrypt$ln=8,r=8,p=1",
        "$firebase-scrypt$ln=8,r=8",
        "$argon2i$v=19$m=64,t=1,p=1",
        "$argon2id$v=16$m=64,t=1,p=1",
        "$argon2id$v=19$m=64,t=2,p=1",
    ] {
        let decoy = gatepost::passwords::foreign::decoy(kind);
        assert!(gatepost::passwords::foreign::is_computed(&decoy), "{decoy}");
        assert_eq!(
            app.lane.verify(PASSWORD, Some(&decoy)).await.unwrap(),
            Verdict::Wrong,
            "{decoy}"
        );
    }
}

/// The lane, as the server itself uses it.
fn share(app: &TestApp) -> Share<'_> {
    app.lane.share(Asker::house())
}

#[tokio::test]
async fn an_account_without_a_password_is_compared_like_one_that_is_not_there() {
    let app = TestApp::start().await;
    for stored in [
        "!",
        "",
        "$6$salt$hash",
        "$sealed$AAAA",
        "$2b$31$6HMEa9m5JjHkRFQXR8iPhuhVwySFEe2SBHk4NYbPtq7aXlnxDeGuS",
    ] {
        for password in [PASSWORD, "!", ""] {
            let verdict = compare(
                &app,
                share(&app),
                password,
                ("ada@example.com", Some(stored)),
            )
            .await
            .unwrap();
            assert_eq!(verdict, Verdict::Wrong, "{stored:?} {password:?}");
        }
    }
    // What would take the lane is refused when it is full, and not answered sooner.
    app.lane.close();
    assert!(
        compare(&app, share(&app), PASSWORD, ("ada@example.com", Some("!")))
            .await
            .is_err()
    );
    assert!(
        compare(&app, share(&app), PASSWORD, ("nobody@example.com", None))
            .await
            .is_err()
    );
}
