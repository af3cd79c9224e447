//! The section of the console and the page of the guest: staff invites, the guest accepts, both without scripts.

use gatepost::roles::Role;

use super::{JANE, accounts, code, invite, invite_as};
use crate::support::browser::Browser;
use crate::support::{PASSWORD, TestApp};

const PAGE: &str = "/admin/invitations";

async fn signed_in<'a>(app: &'a TestApp, email: &str) -> Browser<'a> {
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let form = form.fill("username", email).fill("password", PASSWORD);
    browser.submit(&form).await.expect(200, "/dashboard");
    browser
}

#[tokio::test]
async fn the_way_from_the_invitation_to_the_account() {
    let app = TestApp::start().await;
    let admin = app.admin().await.email.clone();
    let browser = signed_in(&app, &admin).await;
    let page = browser.open(PAGE).await.expect(200, PAGE);
    page.shows("Nobody was invited yet.");
    let form = page.form(PAGE).fill("email", JANE).fill("role", "MANAGER");
    let page = browser.submit(&form).await;
    page.shows("The invitation is on its way.")
        .shows(JANE)
        .shows("open");

    let guest = app.browser();
    let form = guest
        .open("/accept-invitation")
        .await
        .form("/accept-invitation");
    let code = code(&app, JANE).await;
    let form = form.fill("token", &code).fill("password", PASSWORD);
    let done = guest.submit(&form).await;
    done.expect(200, "/accept-invitation/done")
        .shows("Your account is ready");
    signed_in(&app, JANE).await;
    let page = browser.open(PAGE).await;
    page.shows("accepted");
    assert!(!page.html.contains("/revoke"), "{}", page.html);
}

#[tokio::test]
async fn buttons_send_again_and_take_back() {
    let app = TestApp::start().await;
    let admin = app.admin().await.email.clone();
    let id = invite(&app, JANE).await["id"].as_str().unwrap().to_owned();
    let old = code(&app, JANE).await;
    let browser = signed_in(&app, &admin).await;
    let button = |verb: &str| format!("{PAGE}/{id}/{verb}");
    let form = browser.open(PAGE).await.form(&button("resend"));
    browser
        .submit(&form)
        .await
        .shows("The invitation is on its way again.");
    assert_ne!(code(&app, JANE).await, old);
    let form = browser.open(PAGE).await.form(&button("revoke"));
    browser
        .submit(&form)
        .await
        .shows("The invitation was taken back.");
    let page = browser.open(&format!("{PAGE}?state=revoked")).await;
    page.shows(JANE).shows("taken back");
    browser
        .open(&format!("{PAGE}?state=open"))
        .await
        .shows("None.");
    // An old page still has the button.
    let token = form.value("csrf_token").to_owned();
    let form = form.fill("csrf_token", &token);
    assert_eq!(browser.submit(&form).await.status, 200);
}

#[tokio::test]
async fn says_what_is_wrong_and_keeps_what_was_typed() {
    let app = TestApp::start().await;
    let admin = app.admin().await.email.clone();
    let browser = signed_in(&app, &admin).await;
    let form = browser.open(PAGE).await.form(PAGE);
    let page = browser
        .submit(&form.clone().fill("email", "no\"body<"))
        .await;
    page.shows("It must have exactly one @-sign.");
    assert_eq!(
        (page.status, page.form(PAGE).value("email")),
        (422, "no\"body<")
    );
    let page = browser.submit(&form.fill("email", &admin)).await;
    assert_eq!(page.status, 400);
    page.shows("User with given email already exists.");
}

#[tokio::test]
async fn offers_a_manager_no_more_than_he_may() {
    let app = TestApp::start().await;
    let manager = app
        .user_with_role("manager@example.com", Role::Manager)
        .await;
    let admin = app.admin().await.token.clone();
    invite_as(&app, &admin, "boss@example.com", "ADMIN")
        .await
        .expect(201);
    let browser = signed_in(&app, &manager.email).await;
    let page = browser.open(PAGE).await;
    page.shows("boss@example.com").shows("Administrator");
    for absent in ["value=\"ADMIN\"", "value=\"MANAGER\"", "/revoke", "/resend"] {
        assert!(!page.html.contains(absent), "{absent}");
    }
    let mut form = page.form(PAGE).fill("email", JANE);
    form.fields.retain(|(name, _)| name != "role");
    form.fields.push(("role".into(), "ADMIN".into()));
    assert_eq!(browser.submit(&form).await.status, 403);
    assert!(app.mails_to(JANE).await.is_empty());
}

#[tokio::test]
async fn is_for_staff_alone() {
    let app = TestApp::start().await;
    let user = app.verified_user("user@example.com").await;
    let stranger = app.browser().open(PAGE).await;
    assert_eq!(stranger.path, "/login-form?next=%2Fadmin%2Finvitations");
    let browser = signed_in(&app, &user.email).await;
    assert_eq!(browser.open(PAGE).await.status, 403);
    let dashboard = browser.open("/dashboard").await;
    assert!(!dashboard.html.contains(PAGE));
}

#[tokio::test]
async fn takes_nothing_from_another_site_or_without_the_token_of_the_page() {
    let app = TestApp::start().await;
    let admin = app.admin().await.email.clone();
    let browser = signed_in(&app, &admin).await;
    let form = browser.open(PAGE).await.form(PAGE).fill("email", JANE);
    assert_eq!(browser.submit_from_elsewhere(&form).await.status, 403);
    for token in ["", "forged"] {
        let forged = form.clone().fill("csrf_token", token);
        assert_eq!(browser.submit(&forged).await.status, 403);
    }
    let other = signed_in(&app, &admin).await;
    assert_eq!(other.submit(&form).await.status, 403, "of another session");
    assert!(app.mails_to(JANE).await.is_empty());
}

#[tokio::test]
async fn the_guests_page_keeps_the_code_while_it_is_good() {
    let app = TestApp::start().await;
    invite(&app, JANE).await;
    let code = code(&app, JANE).await;
    let guest = app.browser();
    let form = guest
        .open("/accept-invitation")
        .await
        .form("/accept-invitation");
    let bad = form
        .clone()
        .fill("token", &code)
        .fill("password", "sh0rt-x")
        .fill("nickname", "jane");
    let page = guest.submit(&bad).await.expect(422, "/accept-invitation");
    let again = page.form("/accept-invitation");
    assert_eq!(
        (
            again.value("token"),
            again.value("nickname"),
            again.value("password")
        ),
        (code.as_str(), "jane", "")
    );
    let dead = form
        .fill("token", "useless-code-useless-code")
        .fill("password", PASSWORD);
    let page = guest.submit(&dead).await.expect(400, "/accept-invitation");
    page.shows("This invitation is not valid any more");
    assert_eq!(page.form("/accept-invitation").value("token"), "");
    assert_eq!(
        guest.submit_from_elsewhere(&again).await.status,
        403,
        "no other site accepts for the guest"
    );
    assert_eq!(accounts(&app).await, 1);
}

#[tokio::test]
async fn the_old_address_leads_here_with_what_was_chosen() {
    let app = TestApp::start().await;
    for (from, to) in [
        ("/invitations-form", PAGE.to_owned()),
        (
            "/invitations-form?state=open&skip=20",
            format!("{PAGE}?state=open&skip=20"),
        ),
    ] {
        let answer = app.get(from).header("accept", "text/html").await;
        assert_eq!(answer.expect(303).header("location"), to);
    }
}

#[tokio::test]
async fn many_are_shown_by_pages_and_the_state_is_kept() {
    let app = TestApp::start().await;
    for number in 0..21 {
        invite(&app, &format!("guest{number}@example.com")).await;
    }
    let browser = signed_in(&app, "admin@example.com").await;
    let page = browser.open(&format!("{PAGE}?state=open")).await;
    let next = page.html.split("rel=\"next\" href=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    assert_eq!(next, format!("{PAGE}?state=open&skip=20"));
    let page = browser.open(&next).await.expect(200, &next);
    page.shows("guest0@example.com");
    assert!(page.html.contains("rel=\"first\""));
    assert!(!page.html.contains("rel=\"next\""));
    for odd in ["?skip=x", "?skip=-1", "?state=nonsense"] {
        let path = format!("{PAGE}{odd}");
        browser.open(&path).await.expect(200, &path);
    }
    browser
        .open(&format!("{PAGE}?skip=100"))
        .await
        .shows("No more.");
}
