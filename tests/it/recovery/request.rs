//! `POST /forgot-password`: mails a link, and says nothing.

use serde_json::json;

use super::{ON_ITS_WAY, ask, code_in, count, dump, mails, new_code, noted, work};
use crate::support::TestApp;

#[tokio::test]
async fn mails_a_link_to_the_account() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    let answer = ask(&app, "jane@example.com").await;
    assert_eq!(answer.body, format!(r#"{{"detail":"{ON_ITS_WAY}"}}"#));
    let mail = mails(&app, "jane@example.com").await.remove(0);
    let code = code_in(&mail);
    assert_eq!(code.len(), 43);
    let link = format!("http://localhost:8000/reset-password#{code}");
    assert!(mail.text.contains(&format!("\n{link}\n")), "{}", mail.text);
    assert!(
        mail.html.contains(&format!("href=\"{link}\"")),
        "{}",
        mail.html
    );
    // For people without scripts, who have to type it.
    assert!(mail.text.contains(&format!("type this code: {code}\n")));
    assert!(mail.text.contains("within 30 minutes"), "{}", mail.text);
    assert!(!mail.text.contains("confirmed yet"), "{}", mail.text);
    assert_eq!(mail.subject, "Choose a new password for Gatepost");
}

#[tokio::test]
async fn takes_forms_as_well() {
    let app = TestApp::start().await;
    app.admin().await;
    let fields = [("email", "admin@example.com")];
    app.post_form("/forgot-password", &fields).await.expect(200);
    let part = "--x\r\ncontent-disposition: form-data; name=\"email\"\r\n\r\nadmin@example.com\r\n--x--\r\n";
    app.post("/forgot-password/")
        .body("multipart/form-data; boundary=x", part)
        .await
        .expect(200);
    app.post("/api/forgot-password")
        .form(&fields)
        .await
        .expect(200);
    assert_eq!(mails(&app, "admin@example.com").await.len(), 3);
}

#[tokio::test]
async fn refuses_what_is_no_address() {
    let app = TestApp::start().await;
    for (email, kind) in [
        (json!("jane"), "value_error"),
        (json!("jane@localhost"), "value_error"),
        (json!(""), "value_error"),
        (json!(null), "string_type"),
        (
            json!(["jane@example.com", "eve@example.com"]),
            "string_type",
        ),
        (json!({"email": "jane@example.com"}), "string_type"),
        (json!("j".repeat(300)), "string_too_long"),
    ] {
        let answer = app.post_json("/forgot-password", &json!({"email": email}));
        let fault = answer.await.fault();
        assert_eq!(
            (&fault["type"], &fault["loc"]),
            (&json!(kind), &json!(["body", "email"]))
        );
    }
    app.post("/forgot-password").await.expect(422);
    app.post_form("/forgot-password", &[("email", "")])
        .await
        .expect(422);
    app.get("/forgot-password").await.expect(405);
    assert_eq!(count(&app, "jobs").await, 0);
}

#[tokio::test]
async fn writes_down_who_asked_and_whether_there_was_an_account() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.post_json("/forgot-password", &json!({"email": "JANE@example.com"}))
        .header("user-agent", "a browser")
        .await
        .expect(200);
    ask(&app, "nobody@example.com").await;
    work(&app).await;
    let noted = noted(&app, "recovery_requested").await;
    let [known, unknown] = &noted[..] else {
        panic!("{noted:#?}")
    };
    assert_eq!((known.0.as_str(), &known.1), ("done", &None));
    assert_eq!(known.2, jane.id);
    assert!(known.3.contains("JANE@example.com") && known.3.contains("a browser"));
    assert_eq!(
        (unknown.0.as_str(), unknown.1.as_deref()),
        ("refused", Some("no_such_account"))
    );
    assert!(unknown.3.contains("nobody@example.com"));
}

#[tokio::test]
async fn a_restart_loses_no_mail_and_sends_none_twice() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    ask(&app, "jane@example.com").await;
    assert_eq!(count(&app, "jobs").await, 1);
    // The node that has answered is gone before its worker looked.
    let other = app.second_node().await;
    work(&other).await;
    work(&app).await;
    assert_eq!(count(&app, "jobs").await, 0);
    assert_eq!(mails(&other, "jane@example.com").await.len(), 1);
}

#[tokio::test]
async fn keeps_no_code_and_no_address_in_the_clear() {
    let app = TestApp::start().await;
    app.verified_user("jane@example.com").await;
    ask(&app, "jane@example.com").await;
    let sealed: Vec<u8> = {
        use gatepost::db::Run;
        let row = app.db.one("SELECT sealed FROM jobs", &[]).await.unwrap();
        row.get("sealed").unwrap()
    };
    assert!(!String::from_utf8_lossy(&sealed).contains("jane"));
    let code = new_code(&app, "jane@example.com").await;
    for table in ["audit_entries", "jobs", "outbox", "recoveries", "limits"] {
        let text = dump(&app, table).await;
        assert!(!text.contains(&code), "{table}: {text}");
    }
    let kept = {
        use gatepost::db::Run;
        let sql = "SELECT token_digest FROM recoveries";
        let row = app.db.one(sql, &[]).await.unwrap();
        row.get::<Vec<u8>>("token_digest").unwrap()
    };
    assert_eq!(kept, gatepost::crypto::digest(code.as_bytes()));
}
