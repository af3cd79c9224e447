//! `gatepost stats`

use crate::cli::Machine;

#[tokio::test]
async fn tells_what_has_happened_without_a_server() {
    let machine = Machine::new().await;
    let create = [
        "user",
        "create",
        "--email",
        "ann@example.com",
        "--password-stdin",
    ];
    assert_eq!(machine.run_with_input(&create, b"Secure*1234").code, 0);
    let out = machine.done(&["stats"]);
    assert!(
        out.starts_with("Accounts                             1\n"),
        "{out}"
    );
    assert_eq!(out.lines().count(), 11 + 2 + 30, "{out}");
    let figures = machine.json(&["stats", "--from", "2026-01-01", "--to", "2026-01-02"]);
    assert_eq!(figures["accounts"]["total"], 1);
    assert_eq!(figures["days"].as_array().unwrap().len(), 2);
}
