//! Hashes of other systems: each verifies at the next login and is then one of ours; what costs too much is not taken.

use gatepost::passwords::Cost;
use gatepost::passwords::foreign::{Adopted, adopt, kind};
use gatepost::transfer::System;

use super::{Order, app, column, logs_in, why};
use crate::support::TestApp;

#[tokio::test]
async fn every_known_form_logs_in_and_becomes_our_own() {
    let app = app().await;
    let report = Order::file(System::Jsonl, "hashes.jsonl").run(&app).await;
    assert_eq!((report.imported, report.refused), (14, 0), "{report:#?}");
    assert_eq!(report.rehashed, 5, "{report:#?}");
    for name in [
        "werkzeug_pbkdf2",
        "werkzeug_scrypt",
        "passlib_pbkdf2",
        "passlib_scrypt",
        "argon2i",
        "argon2_v16",
        "argon2d",
        "ssha256",
        "ssha512",
        "bare_md5",
        "bare_sha256",
        "sha512",
        "bcrypt_2y",
        "spring",
    ] {
        logs_in(&app, &format!("{name}@hashes.example")).await;
    }
}

#[tokio::test]
async fn weak_digests_lie_inside_argon2id() {
    let app = app().await;
    Order::file(System::Jsonl, "hashes.jsonl").run(&app).await;
    for (name, digest) in [
        ("bare_md5", "78e1e5c72946431bc927765e5b1e32a5"),
        (
            "bare_sha256",
            "b076190f44e63fef1d687a94aa75a1b0dd873e396f805b263311e2358b6ff0d6",
        ),
    ] {
        let email = format!("{name}@hashes.example");
        let stored = column(&app, &email, "password_hash").await.unwrap();
        assert!(
            stored.starts_with("$wrapped$") && stored.contains("$argon2id$"),
            "{stored}"
        );
        assert!(!stored.contains(digest), "{stored}");
        assert_eq!(
            column(&app, &email, "hash_kind").await,
            None,
            "it costs what ours cost"
        );
    }
}

#[tokio::test]
async fn a_salt_can_stand_before_and_behind() {
    let app = app().await;
    // sha256("ab" + PASSWORD) and PASSWORD with "ab" behind it, as LDAP has it.
    let before = format!("sha256$ab${}", sha256("abSecure*1234"));
    let lines = format!(
        "{{\"email\":\"before@example.com\",\"password_hash\":\"{before}\"}}\n\
         {{\"email\":\"behind@example.com\",\"password_hash\":\"{{SSHA256}}{}\"}}\n",
        base64_of(&[unhex(&sha256("Secure*1234ab")), b"ab".to_vec()].concat())
    );
    Order::text(&app, System::Jsonl, lines).run(&app).await;
    logs_in(&app, "before@example.com").await;
    logs_in(&app, "behind@example.com").await;
}

fn sha256(text: &str) -> String {
    gatepost::crypto::hex(&gatepost::crypto::digest(text.as_bytes()))
}

fn unhex(text: &str) -> Vec<u8> {
    gatepost::passwords::foreign::hex(text).unwrap()
}

fn base64_of(bytes: &[u8]) -> String {
    gatepost::passwords::foreign::unpadded(bytes)
}

#[test]
fn what_costs_a_fortune_is_no_weapon() {
    let hash = "A".repeat(43);
    for crafted in [
        "$2b$31$6HMEa9m5JjHkRFQXR8iPhuhVwySFEe2SBHk4NYbPtq7aXlnxDeGuS".to_owned(),
        "$2b$15$6HMEa9m5JjHkRFQXR8iPhuhVwySFEe2SBHk4NYbPtq7aXlnxDeGuS".to_owned(),
        format!("pbkdf2_sha256$4000001$salt${hash}="),
        format!("pbkdf2_sha256$4294967295$salt${hash}="),
        format!("pbkdf2_sha256$99999999999999999999$salt${hash}="),
        format!("pbkdf2_sha256$0$salt${hash}="),
        format!("scrypt$1073741824$salt$8$1${hash}="),
        format!("scrypt$1048576$salt$8$1${hash}="),
        format!("scrypt$16384$salt$4294967295$4294967295${hash}="),
        format!("$scrypt$ln=63,r=8,p=1$c2FsdHNhbHQ${hash}"),
        format!("$scrypt$ln=4294967295,r=8,p=1$c2FsdHNhbHQ${hash}"),
        format!("$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ${hash}"),
        format!("$argon2id$v=19$m=65536,t=1000000,p=1$c2FsdHNhbHQ${hash}"),
        format!("$argon2id$v=19$m=65536,t=1,p=4096$c2FsdHNhbHQ${hash}"),
        format!(
            "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ${}",
            "A".repeat(100_000)
        ),
        format!("$argon2id$v=19$m=64,t=1,p=1,keyid=AA$c2FsdHNhbHQ${hash}"),
        format!(
            "md5${}$78e1e5c72946431bc927765e5b1e32a5",
            "s".repeat(100_000)
        ),
        "plain text".to_owned(),
        "$6$rounds=656000$salt$hash".to_owned(),
        "$2b$04$short".to_owned(),
        "$".to_owned(),
        "$$$$".to_owned(),
        "pbkdf2_sha256$".to_owned(),
        "{SSHA}".to_owned(),
        "{SSHA}AAAA".to_owned(),
    ] {
        let refusal = adopt(&crafted).err();
        let shown: String = crafted.chars().take(60).collect();
        let refusal = refusal.unwrap_or_else(|| panic!("{shown} was taken"));
        assert!(
            refusal.0.len() < 200 && !refusal.0.contains(&hash),
            "{shown}: {}",
            refusal.0
        );
    }
}

#[test]
fn no_password_is_no_fault() {
    for nothing in ["", " ", "!", "!Fh3kKsdf83hsdfkjh", "*"] {
        assert!(
            matches!(adopt(nothing), Ok(Adopted::Nothing)),
            "{nothing:?}"
        );
    }
}

#[test]
fn a_kind_says_the_cost_and_nothing_else() {
    let ours = Cost {
        memory_kib: 64,
        iterations: 1,
        parallelism: 1,
    };
    for (stored, expected) in [
        (
            "$2b$04$6HMEa9m5JjHkRFQXR8iPhuhVwySFEe2SBHk4NYbPtq7aXlnxDeGuS",
            Some("$2b$04"),
        ),
        (
            "$django-bcrypt-sha256$2b$04$6HMEa9m5JjHkRFQXR8iPhuhVwySFEe2SBHk4NYbPtq7aXlnxDeGuS",
            Some("$2b$04"),
        ),
        (
            "$pbkdf2-sha256$i=20000$c2FsdA$aGFzaA",
            Some("$pbkdf2-sha256$i=20000"),
        ),
        (
            "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
            Some("$argon2i$v=19$m=64,t=1,p=1"),
        ),
        ("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g", None),
        ("!", None),
    ] {
        assert_eq!(kind(stored, ours).as_deref(), expected, "{stored}");
    }
}

#[tokio::test]
async fn a_hash_that_is_not_taken_refuses_the_row_or_comes_as_no_password() {
    let app = TestApp::start().await;
    let line = r#"{"email":"shadow@example.com","password_hash":"$6$salt$hash"}"#;
    let report = Order::text(&app, System::Jsonl, line).run(&app).await;
    assert_eq!((report.imported, report.refused), (0, 1));
    assert!(why(&report, 1).contains("not known"), "{}", why(&report, 1));
    let order =
        Order::text(&app, System::Jsonl, line).settings(|settings| settings.drop_hashes = true);
    let report = order.run(&app).await;
    assert_eq!((report.imported, report.without_password), (1, 1));
    assert_eq!(
        column(&app, "shadow@example.com", "password_hash")
            .await
            .unwrap(),
        "!"
    );
}
