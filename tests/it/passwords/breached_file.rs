//! The file of digests that the operator adds.

use std::fs;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use gatepost::clock::Timestamp;
use gatepost::config::Config;
use gatepost::crypto::hex;
use gatepost::passwords::Breached;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{PASSWORD, app_with};

const NOW: Timestamp = Timestamp(0);

fn sha1(password: &str) -> String {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    hex(digest.as_ref()).to_uppercase()
}

/// A file with that text, in a folder that is gone with the test.
fn file(text: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pwned.txt");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn open(path: &Path) -> Result<Breached, String> {
    let mut config = Config::default();
    config.passwords.breached_file = Some(path.into());
    Breached::of(&config)
}

/// The passwords `0`, `1`… in the order of their digests.
fn sorted(count: usize) -> Vec<String> {
    let mut passwords: Vec<String> = (0..count).map(|number| number.to_string()).collect();
    passwords.sort_by_key(|password| sha1(password));
    passwords
}

async fn knows_all_and_no_others(text: String, passwords: &[String]) {
    let (_folder, path) = file(text);
    let breached = open(&path).unwrap_or_else(|error| panic!("{error}"));
    for password in passwords {
        assert!(breached.knows(password, NOW).await, "{password}");
    }
    for number in 0..200 {
        let other = format!("other {number}");
        assert!(!breached.knows(&other, NOW).await, "{other}");
    }
}

#[tokio::test]
async fn every_line_is_found_and_nothing_else() {
    for count in [1, 2, 3, 4, 5, 33, 34, 257] {
        let passwords = sorted(count);
        let lines = |line: &dyn Fn(&str) -> String| -> String {
            passwords
                .iter()
                .map(|password| line(&sha1(password)))
                .collect()
        };
        for text in [
            lines(&|digest| format!("{digest}:7\n")),
            lines(&|digest| format!("{digest}\n")),
            lines(&|digest| format!("{digest}:123456789\r\n")),
            lines(&|digest| format!("{}:1\n", digest.to_lowercase())),
            lines(&|digest| format!("{digest}\r\n")),
            lines(&|digest| format!("{digest}:1\n"))
                .trim_end()
                .to_owned(),
            lines(&|digest| format!("{digest}:1\n")) + "\n",
        ] {
            knows_all_and_no_others(text, &passwords).await;
        }
    }
}

#[tokio::test]
async fn lines_of_different_lengths_are_found() {
    let passwords = sorted(500);
    let counted = passwords.iter().enumerate().map(|(place, password)| {
        let count = 10_u64.pow(u32::try_from(place * 7 % 13).unwrap());
        format!("{}:{count}\r\n", sha1(password))
    });
    knows_all_and_no_others(counted.collect(), &passwords).await;
}

#[tokio::test]
async fn an_empty_file_knows_nothing() {
    knows_all_and_no_others(String::new(), &[]).await;
    knows_all_and_no_others("\n".to_owned(), &[]).await;
}

#[test]
fn what_cannot_be_used_stops_the_start_with_a_sentence() {
    let (folder, path) = file("");
    let error = open(&folder.path().join("absent.txt")).err().unwrap();
    assert!(
        error.contains("passwords.breached_file") && error.contains("absent.txt"),
        "{error}"
    );
    let error = open(folder.path()).err().unwrap();
    assert!(error.contains("regular file"), "{error}");
    for (text, said) in [
        ("password\n".to_owned(), "no SHA-1 digest"),
        (
            "8846F7EAEE8FB117AD06BDD830B7586C:5\n".to_owned(),
            "no SHA-1 digest",
        ),
        (format!("{}0:5\n", sha1("x")), "no SHA-1 digest"),
        ("x".repeat(5000), "no SHA-1 digest"),
        (
            sorted(300)
                .iter()
                .rev()
                .map(|password| sha1(password) + ":1\n")
                .collect(),
            "ascending order",
        ),
    ] {
        fs::write(&path, text).unwrap();
        let error = open(&path).err().unwrap();
        assert!(error.contains(said), "{error}");
    }
}

#[tokio::test]
async fn one_that_is_lost_later_refuses_nothing_and_comes_back() {
    let text = sha1("otter quartz lantern") + ":3\n";
    let (_folder, path) = file(&text);
    let breached = open(&path).unwrap();
    assert!(breached.knows("otter quartz lantern", NOW).await);
    fs::remove_file(&path).unwrap();
    assert!(!breached.knows("otter quartz lantern", NOW).await);
    fs::write(&path, "nonsense").unwrap();
    assert!(!breached.knows("otter quartz lantern", NOW).await);
    fs::write(&path, &text).unwrap();
    assert!(breached.knows("otter quartz lantern", NOW).await);
}

#[tokio::test]
async fn an_account_cannot_get_what_is_in_it() {
    let (_folder, path) = file(sha1("otter quartz lantern") + ":3\n");
    let app = app_with(|config| config.passwords.breached_file = Some(path)).await;
    let new = |password: &str| json!({"email": "jane@example.com", "password": password});
    let answer = app
        .post_json("/register/", &new("otter quartz lantern"))
        .await
        .expect(422);
    let fault = answer.fault();
    assert_eq!(fault["loc"], json!(["body", "password"]));
    assert_eq!(fault["input"], json!(null));
    assert!(
        fault["msg"]
            .as_str()
            .unwrap()
            .contains("collection of stolen passwords"),
        "{fault}"
    );
    app.post_json("/register/", &new(PASSWORD))
        .await
        .expect(200);
}
