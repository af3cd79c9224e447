//! The console's button that takes entries out of the log.

use gatepost::audit::{self, Event};
use serde_json::Value;

use super::list::{forget, id, write};
use crate::audit::{actor, count, stranger};
use crate::sessions::browser;
use crate::support::html::Form;
use crate::support::{PASSWORD, TestApp, app_with, patient};

const PAGE: &str = "/admin/audit";
const ACTION: &str = "/admin/audit/export";

fn as_file(mut form: Form, format: &str) -> Form {
    form.fields.push(("format".into(), format.into()));
    form
}

#[tokio::test]
async fn gives_a_line_of_json_for_each_entry_that_the_filter_finds() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    let home = stranger("192.0.2.7", "curl/8");
    for _ in 0..3 {
        write(
            &app,
            audit::note(Event::DataExported, actor(id(&jane), &home)).on(id(&jane)),
        )
        .await;
    }
    write(&app, audit::note(Event::KeyRotated, &home)).await;
    let form = browser
        .open(&format!("{PAGE}?person={}", jane.id))
        .await
        .form(ACTION);
    let file = browser
        .submit(&as_file(form, "jsonl"))
        .await
        .expect(200, ACTION)
        .answer;
    assert_eq!(file.header("content-type"), "application/jsonl");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"audit.jsonl\""
    );
    let lines: Vec<Value> = file
        .body
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines
            .iter()
            .all(|line| line["actor_id"] == jane.id.as_str()),
        "{lines:#?}"
    );
    let all = browser.open(PAGE).await.form(ACTION);
    let file = browser.submit(&as_file(all, "jsonl")).await.answer;
    // Those four, and both exports, which are written down first.
    assert_eq!(file.body.lines().count(), 6);
    assert_eq!(count(&app, "event = 'audit_exported'").await, 2);
}

#[tokio::test]
async fn gives_a_table_without_formulas() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    let burglar = stranger("192.0.2.7", "=cmd|' /C calc'!A0");
    write(
        &app,
        audit::note(Event::Login, &burglar).refused("bad_credentials"),
    )
    .await;
    let form = browser
        .open(&format!("{PAGE}?event=login"))
        .await
        .form(ACTION);
    let file = browser
        .submit(&as_file(form, "csv"))
        .await
        .expect(200, ACTION)
        .answer;
    let lines: Vec<&str> = file.body.lines().collect();
    assert!(
        lines[0].starts_with("\"at\",\"event\",\"outcome\""),
        "{lines:#?}"
    );
    assert_eq!(lines.len(), 2);
    assert!(lines[1].contains(",\"'=cmd|' /C calc'!A0\","), "{lines:#?}");
}

#[tokio::test]
async fn goes_through_more_than_is_read_at_once() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    let (server, home) = (&*app, &stranger("192.0.2.7", "curl/8"));
    app.db
        .transaction(|tx| async move {
            for number in 0..1203 {
                let note = audit::note(Event::Login, home).with("number", number);
                note.write(server, &tx).await?;
            }
            Ok::<_, gatepost::error::Error>(())
        })
        .await
        .unwrap();
    let form = browser
        .open(&format!("{PAGE}?event=login"))
        .await
        .form(ACTION);
    let file = browser.submit(&as_file(form, "jsonl")).await.answer;
    let numbers = file.body.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["details"]["number"].as_u64().unwrap()
    });
    let numbers: std::collections::BTreeSet<u64> = numbers.collect();
    assert_eq!((file.body.lines().count(), numbers.len()), (1203, 1203));
}

#[tokio::test]
async fn asks_for_the_password_again_and_forgets_with_the_person_whom_it_was_about() {
    let app = app_with(patient).await;
    let jane = app.verified_user("jane@example.com").await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    let here = format!("{PAGE}?person={}", jane.id);
    let form = browser.open(&here).await.form(ACTION);
    app.clock.advance(app.config.session.fresh.get());
    let confirm = browser.submit(&as_file(form, "csv")).await;
    assert!(
        confirm.path.starts_with("/confirm-password?next="),
        "{}",
        confirm.path
    );
    assert_eq!(count(&app, "event = 'audit_exported'").await, 0);
    let again = browser
        .submit(&confirm.form("/confirm-password").fill("password", PASSWORD))
        .await
        .expect(200, &here);
    browser
        .submit(&as_file(again.form(ACTION), "csv"))
        .await
        .expect(200, ACTION);
    assert_eq!(
        count(
            &app,
            "event = 'audit_exported' AND details NOT LIKE '%jane%' AND personal LIKE '%filter%'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn gives_no_file_of_another_kind_or_for_a_filter_that_is_none() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    let form = browser.open(PAGE).await.form(ACTION);
    let page = browser.submit(&as_file(form.clone(), "exe")).await;
    assert_eq!(page.status, 400);
    let page = browser
        .submit(&as_file(form.fill("back", "person=x"), "csv"))
        .await;
    assert_eq!(page.status, 422);
    assert_eq!(count(&app, "event = 'audit_exported'").await, 0);
}
