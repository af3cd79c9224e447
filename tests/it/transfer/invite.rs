//! Mails to people whose accounts were imported: only when they are asked for, and only to addresses that are verified.

use gatepost::transfer::{Invited, System};

use super::{Order, app, logs_in};
use crate::support::{PASSWORD, TestApp};

const TEXT: &str = "email,is_verified,is_locked,password_hash\n\
    social@example.com,true,,\n\
    unproved@example.com,false,,\n\
    locked@example.com,true,true,\n\
    hashed@example.com,true,,$2b$04$6HMEa9m5JjHkRFQXR8iPhuhVwySFEe2SBHk4NYbPtq7aXlnxDeGuS\n";

/// How many mails somebody has got.
async fn mails(app: &TestApp, name: &str) -> usize {
    app.mails_to(&format!("{name}@example.com")).await.len()
}

#[tokio::test]
async fn nobody_is_written_to_unless_it_is_asked_for() {
    let app = app().await;
    let report = Order::text(&app, System::Csv, TEXT).run(&app).await;
    assert_eq!((report.imported, report.invited), (4, 0));
    for name in ["social", "unproved", "locked", "hashed"] {
        assert_eq!(mails(&app, name).await, 0, "{name}");
    }
}

#[tokio::test]
async fn who_has_no_password_chooses_one_by_the_mailed_link() {
    let app = app().await;
    let report = Order::text(&app, System::Csv, TEXT)
        .invite(Invited::WithoutPassword)
        .run(&app)
        .await;
    assert_eq!(report.invited, 1, "{report:#?}");
    for name in ["unproved", "locked", "hashed"] {
        assert_eq!(mails(&app, name).await, 0, "{name}");
    }
    let mails = app.mails_to("social@example.com").await;
    assert_eq!(mails.len(), 1);
    let (_, code) = mails[0]
        .text
        .split_once("type this code: ")
        .expect("a code");
    let code = code.split_whitespace().next().unwrap();
    let body = serde_json::json!({"token": code, "password": PASSWORD});
    app.post_json("/reset-password", &body).await.expect(204);
    logs_in(&app, "social@example.com").await;
}

#[tokio::test]
async fn everybody_who_is_new_and_verified_can_be_written_to() {
    let app = app().await;
    let report = Order::text(&app, System::Csv, TEXT)
        .invite(Invited::All)
        .run(&app)
        .await;
    assert_eq!(report.invited, 2, "{report:#?}");
    let again = Order::text(&app, System::Csv, TEXT)
        .invite(Invited::All)
        .run(&app)
        .await;
    assert_eq!((again.invited, again.present), (0, 4), "nobody twice");
}

#[tokio::test]
async fn who_has_no_password_can_also_ask_for_a_link() {
    let app = app().await;
    Order::text(&app, System::Csv, TEXT).run(&app).await;
    for password in ["!", PASSWORD] {
        let fields = [("username", "social@example.com"), ("password", password)];
        app.post_form("/login/", &fields).await.expect(401);
    }
    let asked = serde_json::json!({"email": "social@example.com"});
    app.post_json("/forgot-password", &asked).await.expect(200);
    assert_eq!(mails(&app, "social").await, 1);
}
