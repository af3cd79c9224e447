//! Something is done to many people at once.

use gatepost::roles::Role;
use serde_json::Value;

use super::LIST;
use crate::sessions::browser;
use crate::support::{PASSWORD, TestApp, app_with, patient};

const ACT: &str = "/admin/people/act";

#[tokio::test]
async fn asks_does_it_and_tells_what_became_of_each() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let jane = app.verified_user("jane@example.com").await;
    let john = app.verified_user("john@example.com").await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let browser = browser(&app, &manager.email).await;
    let path = format!(
        "{ACT}?act=lock&back=q%3Dj&pick={}&pick={}&pick={}",
        jane.id, john.id, admin.id
    );
    let question = browser.open(&path).await.expect(200, &path);
    question
        .shows("Lock: 3 people?")
        .shows("jane@example.com")
        .shows("admin@example.com");
    app.get("/myaccount").bearer(&jane.token).await.expect(200);
    let form = question.form(ACT);
    app.delete(&format!("/users/{}", john.id))
        .bearer(&admin.token)
        .await
        .expect(204);
    let page = browser.submit(&form).await;
    assert!(
        page.path
            .starts_with(&format!("{LIST}?q=j&done=lock&outcome=")),
        "{}",
        page.path
    );
    page.shows("Lock: 1 of 3 done")
        .shows("Not there any more.")
        .shows("Operation not permitted");
    app.get("/myaccount").bearer(&jane.token).await.expect(401);
    app.get("/myaccount").bearer(&admin.token).await.expect(200);
}

#[tokio::test]
async fn believes_no_outcome_that_it_has_not_told() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    for outcome in ["AAAA", "!!", "////", &"A".repeat(200)] {
        let page = browser
            .open(&format!("{LIST}?done=lock&outcome={outcome}"))
            .await;
        assert!(!page.html.contains("id=\"outcomes\""), "{outcome}");
    }
}

#[tokio::test]
async fn goes_back_when_nobody_is_chosen_or_the_act_is_none() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let browser = browser(&app, &admin.email).await;
    for query in [
        "act=lock",
        &format!("act=nonsense&pick={}", admin.id),
        "act=lock&pick=x&picked=%21",
    ] {
        browser
            .open(&format!("{ACT}?{query}"))
            .await
            .expect(200, LIST);
    }
}

#[tokio::test]
async fn asks_for_the_password_before_it_deletes_fifty() {
    let app = app_with(patient).await;
    app.admin().await;
    let mut picks = Vec::new();
    for number in 0..50 {
        let user = app.register(&format!("p{number}@example.com")).await;
        picks.push(format!("&pick={}", user["id"].as_str().unwrap()));
    }
    let picks = picks.concat();
    let browser = browser(&app, "admin@example.com").await;
    app.clock.advance(app.config.session.fresh.get());
    let page = browser
        .open(&format!("{ACT}?act=delete&back=q%3Dp{picks}"))
        .await;
    assert!(
        page.path.starts_with("/confirm-password?next="),
        "{}",
        page.path
    );
    let form = page.form("/confirm-password").fill("password", PASSWORD);
    let question = browser.submit(&form).await;
    question.shows("Delete: 50 people?");
    let page = browser.submit(&question.form(ACT)).await;
    page.shows("Delete: 50 of 50 done");
}

#[tokio::test]
async fn exports_the_chosen_ones_without_formulas() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    let fields = serde_json::json!({"email": "jane@example.com", "password": PASSWORD, "first_name": "=cmd|' /C calc'!A0",
        "nickname": "-minus"});
    let user = app
        .post_json("/register/", &fields)
        .await
        .expect(200)
        .json();
    let id = user["id"].as_str().unwrap();
    let browser = browser(&app, &admin.email).await;
    let form = browser
        .open(&format!("{ACT}?act=export-csv&pick={id}"))
        .await
        .form(ACT);
    let file = browser.submit(&form).await;
    assert!(
        file.answer
            .header("content-disposition")
            .contains("people.csv")
    );
    assert!(
        file.html.contains("\"'=cmd") && file.html.contains("\"'-minus\""),
        "{}",
        file.html
    );
    assert_eq!(file.html.lines().count(), 2);
    let form = browser
        .open(&format!("{ACT}?act=export-json&pick={id}"))
        .await
        .form(ACT);
    let file = browser.submit(&form).await;
    let people: Value = serde_json::from_str(&file.html).unwrap();
    assert_eq!(people[0]["email"], "jane@example.com");
    assert_eq!(
        crate::recovery::noted(&app, "people_exported").await.len(),
        2
    );
}
