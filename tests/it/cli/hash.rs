//! `gatepost hash`.

use gatepost::db::Run;
use gatepost::params;

use super::Machine;

const ONE_LANE: [&str; 4] = ["hash", "calibrate", "--set", "passwords.lanes=1"];

#[tokio::test]
async fn calibrate_measures_and_says_what_to_set() {
    let machine = Machine::new().await;
    let budget = ["--milliseconds", "2000", "--memory", "15MiB"];
    let proposal = machine.json(&[&ONE_LANE[..], &budget].concat());
    assert_eq!(proposal["within_budget"], true, "{proposal}");
    let proposed = &proposal["proposed"];
    assert_eq!(proposed["memory_kib"], 12 * 1024, "{proposal}");
    assert!(proposed["iterations"].as_u64().unwrap() >= 3);
    assert!(proposed["milliseconds"].as_f64().unwrap() > 0.0);
    assert_eq!(proposal["now"]["memory_kib"], 19 * 1024);
    let text = machine.done(&[&ONE_LANE[..], &budget].concat());
    for part in [
        "now set",
        "proposed",
        "argon2_memory = \"12MiB\"",
        "argon2_iterations = ",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

#[tokio::test]
async fn calibrate_never_goes_below_what_is_recommended() {
    let machine = Machine::new().await;
    let budget = ["--logins-per-second", "1000000"];
    let proposal = machine.json(&[&ONE_LANE[..], &budget].concat());
    assert_eq!(proposal["within_budget"], false, "{proposal}");
    let proposed = &proposal["proposed"];
    assert_eq!(proposed["memory_kib"], 7 * 1024);
    assert_eq!(proposed["iterations"], 5);
    let text = machine.done(&[&ONE_LANE[..], &budget].concat());
    assert!(
        text.contains("less than the least that OWASP recommends"),
        "{text}"
    );
    let err = machine
        .run(&[&ONE_LANE[..], &["--memory", "6MiB"]].concat())
        .refused(1);
    assert!(err.contains("7MiB at least"), "{err}");
    machine
        .run(&[&ONE_LANE[..], &["--milliseconds", "0"]].concat())
        .refused(2);
}

#[tokio::test]
async fn the_server_calibrates_itself_when_it_is_told_to() {
    let machine = Machine::new().await;
    let least = [
        "--set",
        "passwords.argon2_memory=7MiB",
        "--set",
        "passwords.argon2_iterations=5",
    ];
    machine.create("jane@example.com", &least);
    let settings = [
        "--set",
        "passwords.calibrate=true",
        "--set",
        "passwords.calibrate_time=5s",
        "--set",
        "passwords.memory_budget=9MiB",
        "--set",
        "passwords.lanes=1",
    ];
    let log = machine.folder().join("log");
    let running = machine.serve_logging(
        &[&least[..], &settings].concat(),
        std::fs::File::create(&log).unwrap(),
    );
    // A line is written within some milliseconds.
    let mut text = String::new();
    for _ in 0..200 {
        text = std::fs::read_to_string(&log).unwrap();
        if text.contains("memory_kib") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let log = text;
    assert!(
        log.contains("password hashes cost what this machine can afford"),
        "{log}"
    );
    assert!(log.contains("memory_kib=9216"), "{log}");
    assert_eq!(running.login("jane@example.com"), "200");
    let stored = "SELECT password_hash AS hash FROM accounts";
    let row = machine
        .db()
        .await
        .optional(stored, params![])
        .await
        .unwrap();
    let hash: String = row.unwrap().get("hash").unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=9216,"), "{hash}");
}
