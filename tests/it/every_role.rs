//! Who may do what: every operation as nobody, a user, a manager and an administrator, and every field of an account, held
//! against the tables of `docs/security/roles.md`.

use gatepost::roles::Role;
use serde_json::{Value, json};

use crate::support::calls::without_limits;
use crate::support::contract::{self, Operation};
use crate::support::source;
use crate::support::{Answer, TestApp, app_with};

const PAPER: &str = "docs/security/roles.md";

/// The rows of the table below a heading: what stands between the bars, without its backticks.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = source::read(PAPER);
    let (_, below) = text.split_once(heading).expect("the heading");
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

/// What a role comes to: `yes`, or the status of the refusal. Any other answer is about the input, and so past the door.
fn verdict(answer: &Answer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    match body["code"].as_str() {
        Some("authentication_required" | "not_permitted") => answer.status.to_string(),
        _ => "yes".to_owned(),
    }
}

async fn try_as(
    app: &TestApp,
    operation: &Operation,
    (who, about): (&str, &str),
    number: usize,
) -> String {
    let about = format!("{about}{number}-{}", who.replace('@', "-at-"));
    let about = match about.split_once(|c: char| c.is_ascii_digit()) {
        Some(("staff", _)) => {
            app.user_with_role(&format!("{about}@example.com"), Role::Manager)
                .await
        }
        _ => app.verified_user(&format!("{about}@example.com")).await,
    };
    let mut request = app.call(operation, &about.id);
    if let Some((kind, mut fields)) = operation.sample() {
        // What may be given to whom is told in words below the table.
        fields.remove("role");
        request = request.fields(kind, &fields);
    }
    let role = match who {
        "nobody" => return verdict(&request.await),
        "user" => Role::Authenticated,
        "manager" => Role::Manager,
        _ => Role::Admin,
    };
    let email = format!("{who}{number}-{}@example.com", about.id);
    let caller = app.user_with_role(&email, role).await;
    verdict(&request.bearer(&caller.token).await)
}

#[tokio::test]
async fn every_operation_is_open_to_the_roles_that_the_table_names() {
    let mut measured = Vec::new();
    for (number, operation) in contract::operations().enumerate() {
        // An application for each: one of them signs everybody out.
        let app = app_with(without_limits).await;
        let mut row = vec![operation.id().to_owned()];
        for column in [
            ("nobody", "plain"),
            ("user", "plain"),
            ("manager", "plain"),
            ("manager", "staff"),
            ("admin", "staff"),
        ] {
            row.push(try_as(&app, &operation, column, number).await);
        }
        measured.push(row);
    }
    measured.sort();
    let mut written = table("## Operations");
    written.sort();
    if measured != written {
        let lines: Vec<String> = measured
            .iter()
            .map(|row| format!("| `{}` | {} |", row[0], row[1..].join(" | ")))
            .collect();
        let has =
            |rows: &[Vec<String>], row: &[String]| rows.iter().any(|other| other[0] == row[0]);
        let new = measured.iter().filter(|row| !has(&written, row));
        let gone = written.iter().filter(|row| !has(&measured, row));
        panic!(
            "The table of operations in {PAPER} is another one than the server's. Without a row: {:?}. No operations any more: \
             {:?}. Decide whether each answer below is meant so; then these are the rows:\n{}",
            new.map(|row| &row[0]).collect::<Vec<_>>(),
            gone.map(|row| &row[0]).collect::<Vec<_>>(),
            lines.join("\n")
        );
    }
}

/// Another value for a field, which its owner does not have.
fn other_value(field: &str, role: Role) -> Value {
    match field {
        "email" => json!(format!("moved-{}@example.com", role.name().to_lowercase())),
        "role" => json!(if role == Role::Admin {
            "MANAGER"
        } else {
            "ANONYMOUS"
        }),
        "id" => json!("01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c"),
        "is_professional" | "email_verified" | "is_locked" => json!(field != "email_verified"),
        "created_at" | "updated_at" | "last_login_at" => json!("2001-01-01T00:00:00.000Z"),
        "nickname" => json!(format!("other_{}", role.name().to_lowercase())),
        name if name.ends_with("_url") => json!("https://example.com/other"),
        "links" => json!([]),
        _ => json!("Other"),
    }
}

/// `read`, `write` or `-`: what `role` can do with a field of a user's account, or of his own as `Authenticated`.
async fn access(app: &TestApp, field: &str, role: Role, number: usize) -> &'static str {
    let name = role.name().to_lowercase();
    let user = app
        .verified_user(&format!("field{number}-{name}@example.com"))
        .await;
    let (path, token) = if role == Role::Authenticated {
        ("/myaccount".to_owned(), user.token)
    } else {
        let caller = app
            .user_with_role(&format!("{name}{number}@example.com"), role)
            .await;
        (format!("/users/{}", user.id), caller.token)
    };
    let before = app.get(&path).bearer(&token).await.expect(200).json();
    if before.get(field).is_none() && field != "password" {
        return "-";
    }
    let value = other_value(field, role);
    let answer = app
        .put_json(&path, &json!({field: value}))
        .bearer(&token)
        .await;
    let after = app.get(&path).bearer(&token).await;
    let is_written = answer.status == 200
        && (field == "email" || after.status == 200 && after.json()[field] == value);
    match (is_written, before.get(field)) {
        (true, _) => "write",
        (false, Some(_)) => "read",
        (false, None) => "-",
    }
}

#[tokio::test]
async fn every_field_is_open_to_the_roles_that_the_table_names() {
    let app = app_with(without_limits).await;
    let view = &contract::DOCUMENT["components"]["schemas"]["User"]["properties"];
    let fields = view.as_object().expect("fields").keys().map(String::as_str);
    let mut measured = Vec::new();
    for (number, field) in fields.chain(["password", "password_hash"]).enumerate() {
        let mut row = vec![field.to_owned()];
        for role in [Role::Authenticated, Role::Manager, Role::Admin] {
            row.push(access(&app, field, role, number).await.to_owned());
        }
        measured.push(row);
    }
    let written = table("## Fields");
    if measured != written {
        let lines: Vec<String> = measured
            .iter()
            .map(|row| format!("| `{}` | {} |", row[0], row[1..].join(" | ")))
            .collect();
        panic!(
            "The table in {PAPER} is another one than the server's:\n{}",
            lines.join("\n")
        );
    }
}
