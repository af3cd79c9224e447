//! Canaries: secrets that everybody would recognise, and a search for them wherever a stolen disk or log would show them.
//!
//! The real server, with the most talkative log there is, on either database. New tables are searched by themselves.

use std::fs::{self, File};

use gatepost::db::{Db, Dialect, Run};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::cli::{Machine, Running};
use crate::support::source::assert_none;

const EMAIL: &str = "canary@example.org";
const GUEST: &str = "guest@example.org";
const FIRST: &str = "Canary/first-7Qw3";
const WRONG: &str = "Canary/wrong-8Rt5";
const CHANGED: &str = "Canary/changed-2Zx9";
const RESET: &str = "Canary/reset-4Lp6";
const INVITED: &str = "Canary/invited-5Mn1";
const NEVER_A_TOKEN: &str = "Canary-token-which-never-was-one-3Kd8vXq0Wz";

/// A visit: what is sent, and every secret that passes by.
struct Visit<'a> {
    machine: &'a Machine,
    server: Running,
    secrets: Vec<String>,
}

/// An answer, read as JSON where it is some.
struct Answer {
    status: u16,
    head: String,
    json: Value,
}

impl Visit<'_> {
    fn send(
        &mut self,
        method: &str,
        path: &str,
        (token, kind, body): (&str, &str, &str),
    ) -> Answer {
        let length = body.len();
        let answer = self.server.exchange(&format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             content-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}",
            self.server.port()
        ));
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        let answer = Answer {
            status: head[9..12].parse().unwrap(),
            head: head.to_owned(),
            json: serde_json::from_str(body).unwrap_or_default(),
        };
        for name in ["access_token", "refresh_token"] {
            let token = answer.json[name].as_str();
            self.secrets.extend(token.map(str::to_owned));
        }
        let cookies = answer.head.split("access_token=").skip(1);
        let cookies = cookies.filter_map(|rest| rest.split(';').next());
        self.secrets
            .extend(cookies.filter(|token| !token.is_empty()).map(str::to_owned));
        answer
    }

    fn post(&mut self, path: &str, token: &str, body: &Value) -> Answer {
        self.send("POST", path, (token, "application/json", &body.to_string()))
    }

    fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send(
            "POST",
            path,
            ("", "application/x-www-form-urlencoded", &body),
        )
    }

    fn log_in(&mut self, email: &str, password: &str) -> Answer {
        self.form("/login/", &[("username", email), ("password", password)])
    }

    /// The newest token that was mailed to an address behind `mark`. All tokens of all mails are secrets from then on.
    fn mailed(&mut self, email: &str, mark: &str) -> String {
        for _ in 0..500 {
            let mails = self.send("GET", "/dev/mail.json", ("", "", "")).json;
            let mut found = None;
            for mail in mails["items"].as_array().unwrap() {
                let text = mail["text"].as_str().unwrap();
                let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c)));
                self.secrets
                    .extend(words.filter(|word| word.len() == 43).map(str::to_owned));
                if found.is_none() && mail["to"] == email {
                    let behind = text.split(mark).nth(1);
                    found = behind.map(|rest| rest.split_whitespace().next().unwrap().to_owned());
                }
            }
            if let Some(found) = found {
                return found;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("no mail to {email} with {mark}");
    }
}

/// The access token of an answer.
fn access(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.head);
    answer.json["access_token"].as_str().unwrap().to_owned()
}

/// Registering and logging in, right and wrong, by the API and by the pages.
fn come_in(visit: &mut Visit<'_>) -> (String, String) {
    let person = json!({"email": EMAIL, "password": FIRST});
    assert_eq!(visit.post("/register/", "", &person).status, 200);
    // The first one is the administrator, whose address needs no link.
    let member = json!({"email": "member@example.org", "password": FIRST});
    assert_eq!(visit.post("/register/", "", &member).status, 200);
    let link = visit.mailed("member@example.org", "/verify-email/");
    assert_eq!(
        visit
            .send("GET", &format!("/verify-email/{link}"), ("", "", ""))
            .status,
        307
    );
    let faults = json!({"email": "no address", "password": WRONG, "bio": {"password": WRONG}});
    assert_eq!(visit.post("/register/", "", &faults).status, 422);
    let broken = format!("{{\"password\": \"{WRONG}\", ");
    assert_eq!(
        visit
            .send("POST", "/register/", ("", "application/json", &broken))
            .status,
        422
    );
    assert_eq!(visit.log_in(EMAIL, WRONG).status, 401);
    assert_eq!(visit.log_in(WRONG, WRONG).status, 401);
    visit.form(
        "/login_with_form/",
        &[("username", EMAIL), ("password", WRONG)],
    );
    visit.form(
        "/login_with_form/",
        &[("username", EMAIL), ("password", FIRST)],
    );
    let tokens = visit.log_in(EMAIL, FIRST);
    let refresh = tokens.json["refresh_token"].as_str().unwrap().to_owned();
    (access(&tokens), refresh)
}

/// Tokens that are used, used again, or never were any.
fn refresh(visit: &mut Visit<'_>, token: &str) {
    for (token, status) in [(token, 200), (token, 200), (NEVER_A_TOKEN, 401)] {
        assert_eq!(
            visit
                .post("/login/refresh", "", &json!({"refresh_token": token}))
                .status,
            status
        );
    }
    assert_eq!(
        visit
            .send("GET", "/myaccount", (NEVER_A_TOKEN, "", ""))
            .status,
        401
    );
    let id = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c";
    visit.send(
        "GET",
        &format!("/verify-email/{id}/{NEVER_A_TOKEN}"),
        ("", "", ""),
    );
    visit.send(
        "GET",
        &format!("/nowhere/{NEVER_A_TOKEN}?token={NEVER_A_TOKEN}"),
        ("", "", ""),
    );
}

/// Passwords that are confirmed, changed, forgotten and chosen anew.
fn change(visit: &mut Visit<'_>, token: &str) -> String {
    let confirm = |password: &str| json!({"password": password});
    let path = "/myaccount/confirm-password";
    assert_eq!(visit.post(path, token, &confirm(WRONG)).status, 403);
    let token = &access(&visit.post(path, token, &confirm(FIRST)));
    let change = json!({"current_password": FIRST, "password": CHANGED});
    let changed = visit.post("/myaccount/password", token, &change);
    assert!(matches!(changed.status, 200 | 204), "{}", changed.head);
    assert!(
        visit
            .post("/forgot-password", "", &json!({"email": EMAIL}))
            .status
            < 300
    );
    let code = visit.mailed(EMAIL, "/reset-password#");
    for token in [NEVER_A_TOKEN, &code, &code] {
        visit.post(
            "/reset-password",
            "",
            &json!({"token": token, "password": RESET}),
        );
    }
    access(&visit.log_in(EMAIL, RESET))
}

/// Somebody who is invited, another address that is taken back, one's own data, and the end.
fn live(visit: &mut Visit<'_>, token: &str) {
    let guest = json!({"email": GUEST, "role": "AUTHENTICATED"});
    assert_eq!(visit.post("/invitations", token, &guest).status, 201);
    let code = visit.mailed(GUEST, "/accept-invitation#");
    for token in [NEVER_A_TOKEN, &code, &code] {
        let body = json!({"token": token, "password": INVITED});
        visit.post("/invitations/accept", "", &body);
    }
    let token = access(&visit.log_in(GUEST, INVITED));
    let moved = json!({"email": "moved@example.org"}).to_string();
    assert_eq!(
        visit
            .send("PUT", "/myaccount", (&token, "application/json", &moved))
            .status,
        200
    );
    let link = visit.mailed("moved@example.org", "/verify-email/");
    visit.send("GET", &format!("/verify-email/{link}"), ("", "", ""));
    let code = visit.mailed(GUEST, "/undo-email-change#");
    let token = access(&visit.log_in("moved@example.org", INVITED));
    for path in [
        "/myaccount/export",
        "/myaccount/history",
        "/myaccount/sessions",
    ] {
        assert_eq!(
            visit.send("GET", path, (&token, "", "")).status,
            200,
            "{path}"
        );
    }
    for token in [NEVER_A_TOKEN, &code, &code] {
        visit.post("/undo-email-change", "", &json!({ "token": token }));
    }
    let again = access(&visit.log_in("member@example.org", FIRST));
    let end = |password: &str| json!({ "password": password });
    assert_eq!(
        visit.post("/myaccount/delete", &again, &end(WRONG)).status,
        403
    );
    assert_eq!(
        visit.post("/myaccount/delete", &again, &end(FIRST)).status,
        204
    );
}

/// Every value of every table, as text; what is no text as hexadecimal digits, or as it is.
async fn dump(db: &Db) -> Vec<(String, String)> {
    let (tables, columns) = match db.dialect() {
        Dialect::Sqlite => (
            "SELECT name FROM sqlite_master WHERE type = 'table'",
            "SELECT name FROM pragma_table_info($1)",
        ),
        Dialect::Postgres => (
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
            "SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns WHERE table_name = $1",
        ),
    };
    let mut values = Vec::new();
    for table in db.all(tables, &[]).await.unwrap() {
        let table: String = table.get("name").unwrap();
        for column in db.all(columns, gatepost::params![&table]).await.unwrap() {
            let column: String = column.get("name").unwrap();
            let sql = format!("SELECT CAST(\"{column}\" AS TEXT) AS value FROM \"{table}\"");
            for row in db.all(&sql, &[]).await.unwrap() {
                let value = row.get::<Option<String>>("value").unwrap();
                values.extend(value.map(|value| (format!("{table}.{column}"), value)));
            }
        }
    }
    values
}

/// What of the secrets stands in `text`; tokens also without their first part, which is the same for many.
fn hits(secrets: &[String], place: &str, text: &str) -> Vec<String> {
    let digits = |secret: &str| gatepost::crypto::hex(secret.as_bytes());
    let escaped =
        |secret: &str| form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
    let stands = |secret: &&String| {
        let signature = secret.rsplit('.').next().filter(|part| part.len() >= 40);
        let forms = [digits(secret), escaped(secret), secret.replace('/', "\\/")];
        text.contains(secret.as_str())
            || signature.is_some_and(|signature| text.contains(signature))
            || forms.iter().any(|form| text.contains(form.as_str()))
    };
    secrets
        .iter()
        .filter(stands)
        .map(|secret| format!("{place}: {secret}"))
        .collect()
}

#[tokio::test]
async fn no_secret_stands_in_the_log_or_in_the_database() {
    let machine = Machine::new().await;
    let log = machine.folder().join("log.txt");
    let server = machine.serve_logging(&["-vv"], File::create(&log).unwrap());
    let mut visit = Visit {
        machine: &machine,
        server,
        secrets: [FIRST, WRONG, CHANGED, RESET, INVITED, NEVER_A_TOKEN]
            .map(str::to_owned)
            .to_vec(),
    };
    let (token, refresh_token) = come_in(&mut visit);
    refresh(&mut visit, &refresh_token);
    let token = change(&mut visit, &token);
    live(&mut visit, &token);
    assert_eq!(visit.send("GET", "/audit", (&token, "", "")).status, 200);

    visit.secrets.sort();
    visit.secrets.dedup();
    assert!(visit.secrets.len() > 14, "{:#?}", visit.secrets);
    // While it runs, so that nothing has been tidied up.
    let db = visit.machine.db().await;
    let values = dump(&db).await;
    let is_known = |name: &str| values.iter().any(|(place, _)| place.starts_with(name));
    assert!(
        is_known("accounts.")
            && is_known("sessions.refresh_digest")
            && is_known("audit_entries.")
            && is_known("outbox.")
    );
    assert!(
        values.iter().any(|(_, value)| value == EMAIL),
        "the search finds what is there"
    );
    let mut found: Vec<String> = values
        .iter()
        .flat_map(|(place, value)| hits(&visit.secrets, place, value))
        .collect();
    db.close().await;
    for file in fs::read_dir(machine.folder().join("data")).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        found.extend(hits(&visit.secrets, &path.display().to_string(), &text));
    }
    visit.server.send(Signal::TERM);
    visit.server.end();
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.contains("POST") && text.contains("/login"), "{text}");
    found.extend(hits(&visit.secrets, "the log", &text));
    // A driver that wrote down its parameters would show the hash of every new account.
    assert!(!text.contains("$argon2id$"), "a password hash in the log");
    assert!(!text.contains(EMAIL), "a stored address in the log");
    assert_none(
        &found,
        "Secrets are kept as digests or sealed, and are never logged:",
    );
}
