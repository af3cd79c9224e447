//! The export, and the round trip: what an export writes, an import restores.

use gatepost::db::Run;
use gatepost::roles::Role;
use gatepost::sessions::Staff;
use gatepost::transfer::{self, Format, System};

use super::{Order, app, logs_in, signer};
use crate::support::{PASSWORD, TestApp};

async fn export(app: &TestApp, format: Format, with_hashes: bool) -> String {
    let mut text = String::new();
    transfer::export(app, &Staff::operator(), (format, with_hashes), |line| {
        text.push_str(line);
        text.push('\n');
        Ok(())
    })
    .await
    .expect("it is exported");
    text
}

/// Accounts of every kind: imported from everywhere, registered, with formulas for names.
async fn full() -> TestApp {
    let app = app().await;
    app.user_with_role("manager@example.com", Role::Manager)
        .await;
    Order::file(System::Django, "django.json").run(&app).await;
    Order::file(System::Jsonl, "hashes.jsonl").run(&app).await;
    Order::file(System::Csv, "seed.csv").run(&app).await;
    Order::file(System::Firebase, "firebase.json")
        .settings(|settings| settings.signer = Some(signer()))
        .run(&app)
        .await;
    let formulas = serde_json::json!({
        "email": "formula@example.com", "first_name": "=1+1", "last_name": "'=x", "bio": "-2;\t\"quoted\"\nsecond line",
    });
    Order::text(&app, System::Jsonl, formulas.to_string())
        .run(&app)
        .await;
    app
}

async fn accounts(app: &TestApp) -> Vec<String> {
    let sql = "SELECT email || '|' || nickname || '|' || COALESCE(first_name, '-') || '|' || COALESCE(last_name, '-') || '|' ||
        COALESCE(bio, '-') || '|' || COALESCE(profile_picture_url, '-') || '|' || role || '|' || COALESCE(pending_role, '-') || '|' ||
        CAST(COALESCE(email_verified_at, 0) AS TEXT) || '|' || CAST(COALESCE(locked_at, 0) AS TEXT) || '|' ||
        CAST(created_at AS TEXT) || '|' || CAST(updated_at AS TEXT) || '|' || CAST(COALESCE(last_login_at, 0) AS TEXT) || '|' ||
        COALESCE(hash_kind, '-') || '|' || name_key AS line FROM accounts ORDER BY email";
    let rows = app.db.all(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get("line").unwrap()).collect()
}

async fn ids(app: &TestApp) -> Vec<uuid::Uuid> {
    let rows = app
        .db
        .all("SELECT id FROM accounts ORDER BY email", &[])
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.get::<uuid::Uuid>("id").unwrap())
        .collect()
}

async fn round_trip(format: Format, system: System) {
    let app = full().await;
    let text = export(&app, format, true).await;
    let other = self::app().await;
    let mut order = Order::text(&other, system, &text);
    for role in Role::ALL {
        order = order.role(role.name(), role);
    }
    let report = order.run(&other).await;
    assert_eq!((report.refused, report.issues.len()), (0, 0), "{report:#?}");
    assert_eq!(accounts(&app).await, accounts(&other).await);
    assert_eq!(ids(&app).await, ids(&other).await);
    for email in [
        "manager@example.com",
        "scrypt@django.example",
        "bare_md5@hashes.example",
        "scrypt@firebase.example",
    ] {
        let fields = [("username", email), ("password", PASSWORD)];
        other.post_form("/login/", &fields).await.expect(200);
    }
    logs_in(&other, "bcrypt_sha256@django.example").await;
}

#[tokio::test]
async fn a_table_restores_every_account() {
    round_trip(Format::Csv, System::Csv).await;
}

#[tokio::test]
async fn lines_of_json_restore_every_account() {
    round_trip(Format::Jsonl, System::Jsonl).await;
}

#[tokio::test]
async fn hashes_leave_only_when_they_are_asked_for() {
    let app = full().await;
    for format in [Format::Csv, Format::Jsonl] {
        let text = export(&app, format, false).await;
        for sign in ["$argon2", "$2b$", "scrypt$", "$wrapped", "password"] {
            assert!(!text.contains(sign), "{sign}");
        }
        assert!(export(&app, format, true).await.contains("$argon2id$"));
    }
}

#[tokio::test]
async fn no_cell_is_run_by_a_spreadsheet() {
    let app = full().await;
    let text = export(&app, Format::Csv, true).await;
    assert!(
        text.contains(",'=1+1,''=x,\"'-2;\t\"\"quoted\"\"\nsecond line\","),
        "{text}"
    );
    let mut cells = text
        .split([',', '\n'])
        .map(|cell| cell.trim_start_matches('"'));
    assert!(
        !cells.any(|cell| cell.starts_with(['=', '@', '+', '-']) && cell.len() > 1),
        "{text}"
    );
}

#[tokio::test]
async fn every_account_is_there_once_and_the_export_is_recorded() {
    let app = app().await;
    let rows: Vec<String> = (0..1100)
        .map(|n| format!("user{n}@example.com,2023-05-17\n"))
        .collect();
    Order::text(
        &app,
        System::Csv,
        format!("email,created_at\n{}", rows.concat()),
    )
    .run(&app)
    .await;
    let text = export(&app, Format::Jsonl, false).await;
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), 1100);
    let sql = "SELECT details FROM audit_entries WHERE event = 'accounts_exported'";
    let details: String = app.db.one(sql, &[]).await.unwrap().get("details").unwrap();
    assert_eq!(details, "{\"with_hashes\":false}");
}
