//! The link by which the owner of an account chooses a password, printed for whoever sits at the machine.

use serde_json::json;

use super::{Machine, Running};

const CREATE: [&str; 4] = ["user", "create", "--link", "--email"];

/// Sets a password by the link; answers the status.
fn choose(server: &Running, link: &str, password: &str) -> String {
    let (_, token) = link.split_once("/reset-password#").expect("a link");
    let body = json!({"token": token, "password": password}).to_string();
    let answer = server.exchange(&format!(
        "POST /reset-password HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\
         content-type: application/json\r\n\r\n{body}",
        body.len()
    ));
    answer.get(9..12).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_account_made_with_a_link_has_the_password_that_its_owner_chooses() {
    let machine = Machine::new().await;
    let created = machine.json(&[&CREATE[..], &["ann@example.com"]].concat());
    assert_eq!(created["email_verified"], json!(true));
    assert!(created.get("password").is_none(), "{created}");
    let link = created["link"].as_str().unwrap();
    let server = machine.serve(&[]);
    assert_eq!(choose(&server, link, "short"), "422", "it is not used up");
    assert_eq!(server.login("ann@example.com"), "401", "nobody knows one");
    assert_eq!(choose(&server, link, "Secure*1234"), "204");
    assert_eq!(server.login("ann@example.com"), "200");
    assert_eq!(choose(&server, link, "Secure*5678"), "400", "once");
}

#[tokio::test]
async fn a_link_for_an_account_leaves_its_password_until_it_is_used_and_withdraws_the_one_before() {
    let machine = Machine::new().await;
    machine.create("ann@example.com", &["--nickname", "ann"]);
    let link = |machine: &Machine| machine.json(&["user", "link", "ann"])["link"].clone();
    let (first, second) = (link(&machine), link(&machine));
    let server = machine.serve(&[]);
    assert_eq!(server.login("ann@example.com"), "200");
    assert_eq!(
        choose(&server, first.as_str().unwrap(), "Other*56789"),
        "400"
    );
    assert_eq!(
        choose(&server, second.as_str().unwrap(), "Other*56789"),
        "204"
    );
    assert_eq!(server.login("ann@example.com"), "401");
    let entries = machine.json(&["audit", "list"]);
    let printed = entries["items"].as_array().unwrap().iter();
    let printed = printed.filter(|entry| entry["reason"] == "link_printed");
    assert_eq!(printed.count(), 2, "{entries}");
}

#[tokio::test]
async fn a_link_is_long_random_and_told_to_people_in_two_lines() {
    let machine = Machine::new().await;
    let out = machine.done(&[&CREATE[..], &["ann@example.com", "--nickname", "ann"]].concat());
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(
        lines[0],
        "ann@example.com has an account: nickname ann, role AUTHENTICATED."
    );
    assert!(lines[1].starts_with("Choose a password before 2"), "{out}");
    let token = lines[2].strip_prefix("http://localhost:8000/reset-password#");
    assert_eq!((token.unwrap().len(), lines.len()), (43, 3), "{out}");
}

#[tokio::test]
async fn an_address_that_nobody_vouched_for_gets_no_link() {
    let machine = Machine::new().await;
    let create = [
        "user",
        "create",
        "--password-stdin",
        "--email",
        "ann@example.com",
    ];
    assert_eq!(machine.run_with_input(&create, b"Secure*1234").code, 0);
    let err = machine.run(&["user", "link", "ann@example.com"]).refused(1);
    assert!(
        err.contains("gatepost user verify ann@example.com"),
        "{err}"
    );
}
