//! `GET /sessions` and its buttons.

use gatepost::db::Run;

use super::{browser, log_in, over, own, sid};
use crate::support::TestApp;

const OTHERS: &str = "/sessions/end-others";

fn end(session: &str) -> String {
    format!("/sessions/{session}/end")
}

#[tokio::test]
async fn shows_where_somebody_is_signed_in_and_what_has_ended() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.post("/logout").bearer(&jane.token).await.expect(303);
    let browser = browser(&app, &jane.email).await;
    let token = browser.cookie("access_token").unwrap();
    let page = browser.open("/dashboard").await;
    assert!(page.html.contains("href=\"/sessions\""), "it leads there");
    let page = browser.open("/sessions").await.expect(200, "/sessions");
    page.shows("Where you are signed in")
        .shows("this one")
        .shows("You are signed in nowhere else.")
        .shows("you logged out");
    assert!(!page.html.contains(&token));
    assert!(!page.html.contains(OTHERS), "there is nothing to end");
    let other = log_in(&app, &jane.email).await;
    let page = browser.open("/sessions").await;
    page.form(OTHERS);
    page.form(&end(&other.session()));
    page.form(&end(&sid(&token)));
    assert!(!page.html.contains(&end(&sid(&jane.token))), "it is over");
}

#[tokio::test]
async fn says_that_nothing_has_ended() {
    let app = TestApp::start().await;
    let browser = {
        app.admin().await;
        app.db.execute("DELETE FROM sessions", &[]).await.unwrap();
        browser(&app, "admin@example.com").await
    };
    let page = browser.open("/sessions").await.expect(200, "/sessions");
    page.shows("Ended in the last 30 days None.");
}

#[tokio::test]
async fn ends_one() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    let other = log_in(&app, &jane.email).await;
    let page = browser.open("/sessions").await;
    let form = page.form(&end(&other.session()));
    let page = browser
        .submit(&form)
        .await
        .expect(200, "/sessions?done=one");
    page.shows("The session has ended.")
        .shows("ended from another of your sessions");
    assert_eq!(over(&app, &other.access).await, "revoked");
    own(&app, &jane.token).await.expect(200);
    // Pressed twice, or in a page that is out of date.
    browser
        .submit(&form)
        .await
        .expect(200, "/sessions?done=one");
}

#[tokio::test]
async fn ends_all_others() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    let form = browser.open("/sessions").await.form(OTHERS);
    let page = browser.submit(&form).await;
    page.shows("You are signed out everywhere else.");
    assert_eq!(over(&app, &jane.token).await, "revoked");
    browser.open("/dashboard").await.expect(200, "/dashboard");
}

#[tokio::test]
async fn logs_out() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    let token = browser.cookie("access_token").unwrap();
    let form = browser.open("/sessions").await.form(&end(&sid(&token)));
    let answer = browser
        .send(app.post(&form.action).form(&form.pairs()))
        .await;
    assert_eq!(answer.expect(303).header("location"), "/");
    assert_eq!(browser.cookie("access_token"), None);
    assert_eq!(over(&app, &token).await, "logout");
}

#[tokio::test]
async fn refuses_what_another_site_or_another_session_sends() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let (mine, theirs) = (
        browser(&app, &jane.email).await,
        browser(&app, "admin@example.com").await,
    );
    let page = mine.open("/sessions").await;
    for action in [OTHERS.to_owned(), end(&sid(&jane.token))] {
        let form = page.form(&action);
        mine.submit_from_elsewhere(&form).await.expect(403);
        for forged in ["", "x", "a.b"] {
            let form = form.clone().fill("csrf_token", forged);
            mine.submit(&form).await.expect(403, &action);
        }
        theirs.submit(&form).await.expect(403, &action);
    }
    own(&app, &jane.token).await.expect(200);
    // A page of the right session, for a session of somebody else: nothing is there.
    let mut form = page.form(OTHERS);
    form.action = end(&sid(&app.admin().await.token));
    mine.submit(&form).await.expect(200, "/sessions?done=one");
    own(&app, &app.admin().await.token).await.expect(200);
    form.action = end("no-uuid");
    assert_eq!(mine.submit(&form).await.status, 422);
}

#[tokio::test]
async fn is_for_those_who_are_signed_in() {
    let app = TestApp::start().await;
    let answer = app.get("/sessions").await.expect(303);
    assert_eq!(answer.header("location"), "/login-form?next=%2Fsessions");
    for action in [OTHERS.to_owned(), end(crate::accounts::NOBODY)] {
        let answer = app.post_form(&action, &[]).await.expect(303);
        assert_eq!(answer.header("location"), "/login-form");
    }
}

#[tokio::test]
async fn shows_what_a_browser_calls_itself_as_text() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let agent = "<script>alert(1)</script>\"'&";
    let fields = [
        ("username", jane.email.as_str()),
        ("password", crate::support::PASSWORD),
    ];
    app.post_form("/login/", &fields)
        .header("user-agent", agent)
        .await
        .expect(200);
    let page = browser(&app, &jane.email).await.open("/sessions").await;
    assert!(!page.html.contains("<script>alert"), "{}", page.html);
}

#[tokio::test]
async fn goes_on_with_more_than_a_hundred() {
    let app = TestApp::with(|config| config.session.per_account = 1000).await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    for _ in 0..110 {
        app.log_in(&jane.email).await;
    }
    let page = browser.open("/sessions").await;
    assert!(page.html.contains("href=\"/sessions?skip=100\""));
    let page = browser.open("/sessions?skip=100").await;
    assert_eq!(page.html.matches("csrf_token").count(), 13, "{}", page.html);
    for odd in ["?skip=x", "?skip=-1", "?skip=99999999999", "?done=%00"] {
        let page = browser.open(&format!("/sessions{odd}")).await;
        assert_eq!(page.status, 200, "{odd}");
    }
}
