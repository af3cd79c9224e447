//! Every page and every button of the console by its address, as nobody, a user, a manager and an administrator, held against
//! the table of `docs/security/roles.md`.

use gatepost::roles::Role;

use super::form_token;
use crate::support::calls::without_limits;
use crate::support::source;
use crate::support::{Answer, Person, TestApp, app_with};

const PAPER: &str = "docs/security/roles.md";

/// What can be done to one person.
const ACTS: [&str; 9] = [
    "lock",
    "unlock",
    "role",
    "resend-verification",
    "reset-password",
    "end-sessions",
    "grant-professional",
    "withdraw-professional",
    "delete",
];

/// Every page and button: method and path, with `{user_id}` for the person whom it is about.
pub fn doors() -> Vec<(&'static str, String)> {
    let one = "/admin/people/{user_id}";
    let mut doors = vec![
        ("GET", "/admin".to_owned()),
        ("GET", "/admin/audit".to_owned()),
        ("POST", "/admin/audit/verify".to_owned()),
        ("POST", "/admin/audit/export".to_owned()),
        ("GET", "/admin/live".to_owned()),
        ("GET", "/admin/mail".to_owned()),
        ("POST", "/admin/mail/retry-all".to_owned()),
        ("POST", "/admin/mail/{mail_id}/retry".to_owned()),
        ("GET", "/admin/mail/{mail_id}/drop".to_owned()),
        ("POST", "/admin/mail/{mail_id}/drop".to_owned()),
        ("GET", "/admin/people".to_owned()),
        ("GET", "/admin/people/act".to_owned()),
        ("POST", "/admin/people/act".to_owned()),
        ("GET", one.to_owned()),
        ("GET", format!("{one}/edit")),
        ("POST", format!("{one}/edit")),
        ("POST", format!("{one}/notes")),
        ("POST", format!("{one}/notes/{{note_id}}/delete")),
        ("POST", format!("{one}/sessions/{{session_id}}/end")),
        ("GET", format!("{one}/sign-in-as")),
        ("POST", format!("{one}/sign-in-as")),
    ];
    for (method, path) in [
        ("GET", "/admin/invitations"),
        ("POST", "/admin/invitations"),
        ("POST", "/admin/invitations/{invitation_id}/resend"),
        ("POST", "/admin/invitations/{invitation_id}/revoke"),
        ("GET", "/admin/settings"),
        ("GET", "/admin/keys"),
        ("GET", "/admin/keys/rotate"),
        ("POST", "/admin/keys/rotate"),
        ("GET", "/admin/system"),
    ] {
        doors.push((method, path.to_owned()));
    }
    for act in ACTS {
        doors.push(("GET", format!("{one}/act/{act}")));
        doors.push(("POST", format!("{one}/act/{act}")));
    }
    doors
}

fn verdict(answer: &Answer) -> String {
    let to_login = answer.status == 303 && answer.header("location").starts_with("/login-form");
    let is_refused = answer.status == 403;
    match (to_login, is_refused) {
        (true, _) => "login".to_owned(),
        (_, true) => "403".to_owned(),
        _ => "yes".to_owned(),
    }
}

async fn knock(
    app: &TestApp,
    (method, path): (&str, &str),
    by: Option<&Person>,
    about: &Person,
) -> String {
    let target = path
        .replace("{user_id}", &about.id)
        .replace("{note_id}", &about.id)
        .replace("{invitation_id}", &about.id)
        .replace("{mail_id}", &about.id)
        .replace("{session_id}", &about.id)
        // One event is enough.
        .replace("/admin/live", "/admin/live?once=true");
    let mut request = app.request(method, &target).header("accept", "text/html");
    if let Some(person) = by {
        if method == "POST" {
            let token = form_token(app, person);
            let fields = [
                ("csrf_token", token.as_str()),
                ("text", "A note."),
                ("first_name", "Jane"),
                ("role", "AUTHENTICATED"),
            ];
            request = request.form(&fields);
        }
        request = request.bearer(&person.token);
    }
    verdict(&request.await)
}

/// The rows of the table, without their backticks.
fn written() -> Vec<Vec<String>> {
    let text = source::read(PAPER);
    let (_, below) = text.split_once("## Console").expect("the heading");
    let rows = below
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'));
    let cells = |line: &str| {
        let parts = line.trim_matches('|').split('|');
        parts.map(|cell| cell.trim().replace('`', "")).collect()
    };
    rows.skip(2).map(cells).collect()
}

#[tokio::test]
async fn every_door_is_open_to_the_roles_that_the_table_names() {
    let app = app_with(without_limits).await;
    let mut measured = Vec::new();
    for (number, (method, path)) in doors().into_iter().enumerate() {
        let user = app
            .verified_user(&format!("user{number}@example.com"))
            .await;
        let manager = app
            .user_with_role(&format!("manager{number}@example.com"), Role::Manager)
            .await;
        let admin = app
            .user_with_role(&format!("admin{number}@example.com"), Role::Admin)
            .await;
        let plain = app
            .verified_user(&format!("plain{number}@example.com"))
            .await;
        let staff = app
            .user_with_role(&format!("staff{number}@example.com"), Role::Manager)
            .await;
        let door = (method, path.as_str());
        let mut row = vec![format!("{method} {path}")];
        for (by, about) in [
            (None, &plain),
            (Some(&user), &plain),
            (Some(&manager), &staff),
            (Some(&manager), &plain),
            (Some(&admin), &staff),
        ] {
            row.push(knock(&app, door, by, about).await);
        }
        measured.push(row);
    }
    let lines: Vec<String> = measured
        .iter()
        .map(|row| format!("| `{}` | {} |", row[0], row[1..].join(" | ")))
        .collect();
    assert!(
        measured == written(),
        "The table of the console in {PAPER} is another one than the server's. Decide whether each answer is meant so; then \
         these are the rows:\n{}",
        lines.join("\n")
    );
}

#[test]
fn every_route_of_the_console_stands_among_the_doors() {
    let known: Vec<String> = doors().into_iter().map(|(_, path)| path).collect();
    let mut missing = Vec::new();
    for file in source::files("src", ".rs") {
        let routes = file.text.split("\"/admin").skip(1);
        let paths = routes.filter_map(|rest| Some(format!("/admin{}", rest.split('"').next()?)));
        for path in paths.filter(|path| !path.contains('?')) {
            let path = path.replace("{act}", "lock");
            if !known.contains(&path) {
                missing.push(format!("{}: {path}", file.path));
            }
        }
    }
    source::assert_none(
        &missing,
        "Add these to `doors` in tests/it/console/roles.rs:",
    );
}
