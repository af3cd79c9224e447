//! The buttons that try mails again.

use gatepost::mail::State;

use super::{PAGE, fail, find, forget, kill, send, write};
use crate::audit::count;
use crate::sessions::browser;
use crate::support::TestApp;

#[tokio::test]
async fn tries_one_again_and_writes_it_down_for_the_one_who_waits_for_it() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    let id = write(&app, &jane.email).await;
    kill(&app, id).await;
    let form = browser
        .open("/admin/mail?state=dead")
        .await
        .form(&format!("{PAGE}/{id}/retry"));
    let page = browser.submit(&form).await;
    assert_eq!(page.path, "/admin/mail?state=dead&done=retried");
    page.shows("It is tried again now.");
    let mail = find(&app, id).await.unwrap();
    assert_eq!(
        (mail.state, mail.attempts, mail.due_at),
        (State::Waiting, 0, Some(app.clock.now()))
    );
    let own = app
        .get("/myaccount/history")
        .bearer(&jane.token)
        .await
        .expect(200);
    assert_eq!(
        own.json()["items"][0]["what"],
        "A mail to you is tried again by an administrator."
    );
}

#[tokio::test]
async fn tries_all_again_but_those_that_are_sent() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    let ids = [
        write(&app, "a@example.org").await,
        write(&app, "b@example.org").await,
        write(&app, "c@example.org").await,
    ];
    fail(&app, ids[0]).await;
    kill(&app, ids[1]).await;
    send(&app, ids[2]).await;
    let form = browser.open(PAGE).await.form("/admin/mail/retry-all");
    browser
        .submit(&form)
        .await
        .shows("All mails that wait or were given up are tried again now.");
    for (id, state) in ids
        .into_iter()
        .zip([State::Waiting, State::Waiting, State::Sent])
    {
        let mail = find(&app, id).await.unwrap();
        assert_eq!(mail.state, state);
        assert_eq!(
            mail.due_at,
            (state == State::Waiting).then(|| app.clock.now())
        );
    }
    assert_eq!(count(&app, "event = 'mail_retried'").await, 1);
}

#[tokio::test]
async fn says_that_a_sent_or_unknown_one_is_not_sent_again() {
    let app = TestApp::start().await;
    app.admin().await;
    let browser = browser(&app, "admin@example.com").await;
    forget(&app).await;
    let id = write(&app, "ann@example.org").await;
    let form = browser.open(PAGE).await.form(&format!("{PAGE}/{id}/retry"));
    send(&app, id).await;
    for gone in [false, true] {
        if gone {
            forget(&app).await;
        }
        let page = browser.submit(&form).await;
        assert_eq!(page.status, 404);
        page.shows("it is unknown, was sent, or its link has expired");
    }
    assert_eq!(count(&app, "event = 'mail_retried'").await, 0);
}
