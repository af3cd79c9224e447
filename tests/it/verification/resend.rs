//! `POST /verify-email/resend`: another link, for whoever needs one.

use serde_json::json;

use super::INVALID;
use crate::recovery::noted;
use crate::support::mailbox::Mail;
use crate::support::{Answer, TestApp};

async fn resend(app: &TestApp, email: &str) -> Answer {
    app.post_json("/verify-email/resend", &json!({"email": email}))
        .await
        .expect(200)
}

async fn links(app: &TestApp, email: &str) -> Vec<Mail> {
    let mails = app.mails_to(email).await.into_iter();
    mails
        .filter(|mail| mail.text.contains("/verify-email/"))
        .collect()
}

#[tokio::test]
async fn mails_a_new_link_and_the_old_one_dies() {
    let app = TestApp::start().await;
    app.admin().await;
    app.register("Ann@example.com").await;
    let old = app.verify_link("Ann@example.com").await;
    let answer = resend(&app, "ANN@EXAMPLE.COM").await;
    assert_eq!(
        answer.body,
        r#"{"detail":"If an account has this address, a mail is on its way."}"#
    );
    let mails = links(&app, "Ann@example.com").await;
    assert_eq!(mails.len(), 2);
    let new = app.verify_link("Ann@example.com").await;
    assert_ne!(old, new);
    app.get(&old).await.expect_refusal(400, INVALID);
    app.get(&new).await.expect(307);
    app.log_in("ann@example.com").await;
}

#[tokio::test]
async fn helps_whose_link_has_run_out() {
    let app = TestApp::start().await;
    app.admin().await;
    app.register("ann@example.com").await;
    let old = app.verify_link("ann@example.com").await;
    app.clock
        .advance(app.config.registration.verification_lifetime.get());
    app.get(&old).await.expect_refusal(400, INVALID);
    resend(&app, "ann@example.com").await;
    let new = app.verify_link("ann@example.com").await;
    app.get(&new).await.expect(307);
}

#[tokio::test]
async fn mails_nothing_to_whoever_needs_nothing() {
    let app = TestApp::start().await;
    let ann = app.verified_user("ann@example.com").await;
    resend(&app, "ann@example.com").await;
    resend(&app, "nobody@example.com").await;
    assert_eq!(links(&app, "ann@example.com").await.len(), 1);
    assert_eq!(app.mails_to("nobody@example.com").await.len(), 0);
    let noted = noted(&app, "verification_requested").await;
    let refused: Vec<_> = noted.iter().filter(|entry| entry.0 == "refused").collect();
    let [known, unknown] = &refused[..] else {
        panic!("{noted:#?}")
    };
    assert_eq!(
        (known.1.as_deref(), &known.2),
        (Some("already_verified"), &ann.id)
    );
    assert_eq!(
        (unknown.1.as_deref(), unknown.2.as_str()),
        (Some("no_such_account"), "")
    );
}

#[tokio::test]
async fn a_change_of_address_that_waits_is_not_sent_again() {
    let app = TestApp::start().await;
    let ann = app.verified_user("ann@example.com").await;
    let change = json!({"email": "ann@new.example"});
    app.put_json("/myaccount/", &change)
        .bearer(&ann.token)
        .await
        .expect(200);
    let link = app.verify_link("ann@new.example").await;
    resend(&app, "ann@new.example").await;
    resend(&app, "ann@example.com").await;
    assert_eq!(links(&app, "ann@new.example").await.len(), 1);
    app.get(&link).await.expect(307);
}

#[tokio::test]
async fn refuses_what_is_no_address() {
    let app = TestApp::start().await;
    for email in ["ann", "ann@example.com, ben@example.com", ""] {
        let answer = app.post_json("/verify-email/resend", &json!({"email": email}));
        assert_eq!(answer.await.fault()["loc"], json!(["body", "email"]));
    }
}

#[tokio::test]
async fn the_page_is_linked_from_where_it_is_needed() {
    let app = TestApp::start().await;
    app.admin().await;
    app.register("ann@example.com").await;
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let typed = form
        .fill("username", "ann@example.com")
        .fill("password", crate::support::PASSWORD);
    let login = browser.submit(&typed).await;
    login.shows("Email not verified.").shows("Send it again");
    assert!(login.html.contains("href=\"/resend-verification\""));
    let done = browser.open("/register-form/done").await;
    assert!(done.html.contains("href=\"/resend-verification\""));

    let form = browser
        .open("/resend-verification")
        .await
        .form("/resend-verification");
    let page = browser.submit(&form.clone().fill("email", "ann")).await;
    page.expect(422, "/resend-verification");
    let page = browser.submit(&form.fill("email", "ann@example.com")).await;
    page.expect(200, "/resend-verification/done")
        .shows("a mail is on its way");
    assert_eq!(links(&app, "ann@example.com").await.len(), 2);
}
