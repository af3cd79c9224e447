//! The button that gives a mail up for good.

use gatepost::db::Run;
use gatepost::mail::{self, State};
use gatepost::params;

use super::{PAGE, find, forget, kill, send, write};
use crate::audit::count;
use crate::sessions::browser;
use crate::support::{PASSWORD, TestApp, app_with, patient};

#[tokio::test]
async fn asks_first_then_deletes_what_it_says_and_never_sends_it() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    let id = write(&app, "ann@example.org").await;
    let action = format!("{PAGE}/{id}/drop");
    let page = browser.open("/admin/mail?state=waiting").await;
    assert!(
        page.html
            .contains(&format!("{action}?back=state%3Dwaiting")),
        "{}",
        page.html
    );
    let question = browser
        .open(&format!("{action}?back=state%3Dwaiting"))
        .await;
    question
        .shows("Give up this mail?")
        .shows("recovery link, to ann@example.org");
    assert_eq!(find(&app, id).await.unwrap().state, State::Waiting);
    let form = question.form(&action);
    let page = browser.submit(&form).await;
    assert_eq!(page.path, "/admin/mail?state=waiting&done=dropped");
    let mail = find(&app, id).await.unwrap();
    assert_eq!(mail.state, State::Dead);
    assert_eq!(
        mail.last_error.as_deref(),
        Some("given up by an administrator")
    );
    assert!(
        mail::find(&app, id).await.unwrap().is_none(),
        "it can be read no more"
    );
    assert_eq!(mail::retry_all(&app.db, &app).await.unwrap(), 0);
    let page = browser.open("/admin/mail?state=dead").await;
    assert!(
        !page.html.contains(&id.to_string()),
        "there is no button for it: {}",
        page.html
    );
    assert_eq!(
        count(
            &app,
            "event = 'mail_dropped' AND personal LIKE '%ann@example.org%'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn of_the_last_mail_to_somebody_nothing_stays() {
    let app = TestApp::start().await;
    let id = write(&app, "ann@example.org").await;
    kill(&app, id).await;
    let sql = "UPDATE outbox SET is_last = TRUE WHERE id = $1";
    app.db.execute(sql, params![id]).await.unwrap();
    let admin = gatepost::sessions::Admin::operator();
    gatepost::mail_queue::give_up(&app, &admin, id)
        .await
        .unwrap();
    assert!(find(&app, id).await.is_none());
}

#[tokio::test]
async fn asks_for_the_password_again() {
    let app = app_with(patient).await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    let id = write(&app, "ann@example.org").await;
    let action = format!("{PAGE}/{id}/drop");
    let form = browser.open(&action).await.form(&action);
    app.clock.advance(app.config.session.fresh.get());
    let confirm = browser.submit(&form).await;
    assert!(
        confirm.path.starts_with("/confirm-password?next="),
        "{}",
        confirm.path
    );
    assert_eq!(find(&app, id).await.unwrap().state, State::Waiting);
    let form = confirm.form("/confirm-password").fill("password", PASSWORD);
    browser.submit(&form).await.expect(200, &action);
}

#[tokio::test]
async fn refuses_what_was_sent_or_is_unknown() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    let id = write(&app, "ann@example.org").await;
    let action = format!("{PAGE}/{id}/drop");
    let form = browser.open(&action).await.form(&action);
    send(&app, id).await;
    let page = browser.submit(&form).await;
    assert_eq!(page.status, 404);
    page.shows("No such mail");
    browser.open(&action).await.expect(404, &action);
    assert_eq!(find(&app, id).await.unwrap().state, State::Sent);
}
