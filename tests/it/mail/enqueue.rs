//! What is written into the outbox.

use gatepost::db::Run;
use gatepost::error::{Error, Problem};
use gatepost::mail;
use serde_json::json;

use super::{enqueue, message};
use crate::support::app_with;

#[tokio::test]
async fn is_undone_with_its_cause() {
    let app = app_with(|_| ()).await;
    let (app, mail) = (&app, &message("ann@example.org"));
    let failed: Result<(), Error> = app
        .db
        .transaction(|tx| async move {
            mail::enqueue(&tx, app, mail.clone()).await?;
            Err(Problem::NotPermitted.into())
        })
        .await;
    assert!(failed.is_err());
    assert!(mail::newest(app, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn nothing_of_the_content_can_be_read_in_the_database() {
    let app = app_with(|_| ()).await;
    enqueue(&app, &message("ann@example.org")).await;
    let row = app
        .db
        .one("SELECT recipient, sealed FROM outbox", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<String>("recipient").unwrap(), "ann@example.org");
    let sealed = row.get::<Vec<u8>>("sealed").unwrap();
    let sealed = String::from_utf8_lossy(&sealed);
    assert!(
        !sealed.contains("secret-token") && !sealed.contains("Confirm"),
        "{sealed}"
    );
}

#[tokio::test]
async fn renders_the_subject_and_both_bodies() {
    let app = app_with(|config| config.product = "Example".into()).await;
    enqueue(&app, &message("ann@example.org")).await;
    let mail = mail::newest(&app, None).await.unwrap().remove(0);
    assert_eq!(mail.content.subject, "Confirm your address for Example");
    let link = "https://accounts.example.com/verify-email/1/secret-token";
    assert!(
        mail.content.text.starts_with("Hello Ann,"),
        "{}",
        mail.content.text
    );
    assert!(mail.content.text.contains(link), "{}", mail.content.text);
    let html = mail.content.html.replace("&#x2f;", "/");
    assert!(
        html.contains(&format!("href=\"{link}\"")) && html.contains("Hello Ann,"),
        "{html}"
    );
}

#[tokio::test]
async fn what_people_typed_is_neither_markup_nor_a_second_line() {
    let app = app_with(|config| config.product = "Gate\r\nBcc: eve@example.org".into()).await;
    let mut mail = message("ann@example.org");
    mail.context["name"] = json!("<img src=x onerror=alert(1)>\r\n\r\nYour account was closed");
    enqueue(&app, &mail).await;
    let mail = mail::newest(&app, None).await.unwrap().remove(0);
    assert_eq!(
        mail.content.subject,
        "Confirm your address for Gate Bcc: eve@example.org"
    );
    assert!(!mail.content.html.contains("<img"), "{}", mail.content.html);
    assert!(
        mail.content.html.contains("&lt;img"),
        "{}",
        mail.content.html
    );
    assert!(
        !mail.content.text.contains("\nYour account was closed"),
        "{}",
        mail.content.text
    );
}

#[tokio::test]
async fn greets_nobody_by_an_advertisement() {
    let app = app_with(|_| ()).await;
    for (name, is_kept) in [
        ("Ann", true),
        ("J. R. R. Tolkien", true),
        ("J.R.R. Tolkien", true),
        ("Win at casino.example", false),
        ("https://casino.example", false),
        ("eve@casino.example", false),
    ] {
        mail::clear(&app).await.unwrap();
        let mut mail = message("ann@example.org");
        mail.context["name"] = json!(name);
        enqueue(&app, &mail).await;
        let mail = mail::newest(&app, None).await.unwrap().remove(0);
        let greeting = mail.content.text.lines().next().unwrap().to_owned();
        assert_eq!(
            greeting,
            if is_kept {
                format!("Hello {name},")
            } else {
                "Hello,".into()
            }
        );
    }
}

#[tokio::test]
async fn greets_the_nameless_without_a_name() {
    let app = app_with(|_| ()).await;
    let mut mail = message("ann@example.org");
    mail.context["name"] = serde_json::Value::Null;
    enqueue(&app, &mail).await;
    let mail = mail::newest(&app, None).await.unwrap().remove(0);
    assert!(
        mail.content.text.starts_with("Hello,\n"),
        "{}",
        mail.content.text
    );
    assert!(
        mail.content.html.contains("Hello,"),
        "{}",
        mail.content.html
    );
}
