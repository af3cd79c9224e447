//! Session fixation and cookie tossing: nobody gets a session that somebody else knows: not by a planted cookie, not after a logout, not by
//! one that a neighbouring host has tossed in.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{Browser, PASSWORD, Person, TestApp};

const COOKIE: &str = "access_token";

async fn log_in<'a>(app: &'a TestApp, browser: &Browser<'a>, person: &Person) -> String {
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let form = form
        .fill("username", &person.email)
        .fill("password", PASSWORD);
    browser.submit(&form).await.expect(200, "/dashboard");
    let _ = app;
    browser.cookie(COOKIE).expect("a cookie")
}

/// The session that a token names.
fn session_of(token: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    let claims = token.split('.').nth(1).expect("claims");
    let claims: serde_json::Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    claims["sid"].as_str().expect("a session").to_owned()
}

async fn owner(app: &TestApp, token: &str) -> Option<String> {
    let me = app.get("/myaccount").bearer(token).await;
    (me.status == 200).then(|| me.json()["id"].as_str().expect("an id").to_owned())
}

#[tokio::test]
async fn a_login_gives_a_session_that_nobody_knew_before() {
    let app = TestApp::start().await;
    let attacker = app.verified_user("attacker@example.com").await;
    let victim = app.verified_user("victim@example.com").await;
    for planted in [attacker.token.as_str(), "chosen-by-the-attacker", ""] {
        let form = [("username", victim.email.as_str()), ("password", PASSWORD)];
        let answer = app
            .post_form("/login_with_form/", &form)
            .cookie(COOKIE, planted)
            .await
            .expect(303);
        let line = answer
            .set_cookies()
            .into_iter()
            .find(|line| line.starts_with("access_token="))
            .expect("a cookie");
        let given = line.split(['=', ';']).nth(1).expect("a value");
        assert_ne!(given, planted);
        assert_eq!(
            owner(&app, given).await.as_deref(),
            Some(victim.id.as_str())
        );
    }
    assert_eq!(
        owner(&app, &attacker.token).await.as_deref(),
        Some(attacker.id.as_str()),
        "his own, as before"
    );
    assert_eq!(owner(&app, "chosen-by-the-attacker").await, None);
}

#[tokio::test]
async fn no_page_gives_a_session_to_who_only_looks() {
    let app = TestApp::start().await;
    app.admin().await;
    for path in [
        "/",
        "/login-form",
        "/register-form",
        "/dashboard",
        "/forgot-password-form",
        "/reset-password",
        "/confirm-password",
        "/docs",
        "/nothing",
    ] {
        let answer = app.get(path).header("accept", "text/html").await;
        assert_eq!(answer.set_cookies(), Vec::<&str>::new(), "{path}");
    }
}

#[tokio::test]
async fn the_session_changes_with_everything_that_proves_who_it_is() {
    let app = TestApp::start().await;
    let person = app.verified_user("jane@example.com").await;
    let browser = app.browser();
    let mut seen = vec![log_in(&app, &browser, &person).await];
    let page = browser.open("/confirm-password").await;
    let form = page.form("/confirm-password").fill("password", PASSWORD);
    browser.submit(&form).await;
    seen.push(browser.cookie(COOKIE).expect("a cookie"));
    seen.push(log_in(&app, &browser, &person).await);
    let sessions: BTreeSet<String> = seen.iter().map(|token| session_of(token)).collect();
    assert_eq!(sessions.len(), 3, "each its own");
    assert_eq!(
        owner(&app, &seen[0]).await,
        None,
        "the one before the password was typed again is dead"
    );
    let newest = seen.last().expect("one");
    let change = json!({"current_password": PASSWORD, "password": "correct horse battery staple"});
    app.post_json("/myaccount/password", &change)
        .bearer(newest)
        .await;
    assert_eq!(
        owner(&app, &person.token).await,
        None,
        "a session from before the new password"
    );
}

#[tokio::test]
async fn nothing_of_the_one_before_is_left_when_another_one_logs_in() {
    let app = TestApp::start().await;
    let [ann, bob] = [
        app.verified_user("ann@example.com").await,
        app.verified_user("bob@example.com").await,
    ];
    for logs_out in [true, false] {
        let browser = app.browser();
        let of_ann = log_in(&app, &browser, &ann).await;
        if logs_out {
            let request = app.post("/logout").header("sec-fetch-site", "same-origin");
            let gone = browser.send(request).await.expect(303);
            assert_eq!(gone.header("clear-site-data"), "\"cache\", \"storage\"");
            assert_eq!(browser.cookie(COOKIE), None);
        } else {
            browser.forget(COOKIE);
        }
        let of_bob = log_in(&app, &browser, &bob).await;
        assert_ne!(session_of(&of_ann), session_of(&of_bob));
        assert_eq!(owner(&app, &of_bob).await.as_deref(), Some(bob.id.as_str()));
        let expected = (!logs_out).then_some(ann.id.as_str());
        assert_eq!(owner(&app, &of_ann).await.as_deref(), expected);
    }
}

#[tokio::test]
async fn refresh_tokens_stay_with_their_owner_when_people_change_places() {
    let app = TestApp::start().await;
    let mut sessions = BTreeSet::new();
    for round in 0..4 {
        for name in ["ann", "bob"] {
            let email = format!("{name}@example.com");
            if round == 0 {
                app.verified_user(&email).await;
            }
            let tokens = app
                .post_form("/login/", &[("username", &email), ("password", PASSWORD)])
                .await
                .expect(200)
                .json();
            let body = json!({"refresh_token": tokens["refresh_token"]});
            let next = app
                .post_json("/login/refresh", &body)
                .await
                .expect(200)
                .json();
            let token = next["access_token"].as_str().expect("a token");
            let me = app.get("/myaccount").bearer(token).await.expect(200).json();
            assert_eq!(me["email"], json!(email));
            assert!(
                sessions.insert(session_of(token)),
                "no session is seen twice"
            );
            app.post("/logout").bearer(token).await.expect(303);
            let after = json!({"refresh_token": next["refresh_token"]});
            app.post_json("/login/refresh", &after).await.expect(401);
        }
    }
}

#[tokio::test]
async fn two_cookies_of_one_name_count_as_none() {
    let app = TestApp::start().await;
    let attacker = app.verified_user("attacker@example.com").await;
    let victim = app.verified_user("victim@example.com").await;
    for (first, second) in [(&attacker, &victim), (&victim, &attacker)] {
        let request = app
            .get("/myaccount")
            .cookie(COOKIE, &first.token)
            .cookie(COOKIE, &second.token);
        request.await.expect(401);
    }
    // The same one twice is no doubt.
    let request = app
        .get("/myaccount")
        .cookie(COOKIE, &victim.token)
        .cookie(COOKIE, &victim.token);
    request.await.expect(200);
}

#[tokio::test]
async fn over_https_only_the_cookie_that_no_neighbour_can_set_is_read() {
    let plain = TestApp::start().await;
    let person = plain.admin().await.clone();
    let app = plain
        .second_node_with(|config| {
            config.public_url = Some("https://accounts.example.com".parse().unwrap());
            config.mail.smtp_host = "127.0.0.1".into();
        })
        .await;
    let admin = Person {
        token: app.log_in(&person.email).await,
        ..person
    };
    for name in [
        COOKIE,
        "__Secure-access_token",
        "__host-access_token",
        "__HOST-access_token",
        "__Host-Access_token",
        " __Host-access_token",
    ] {
        let request = app
            .get("/myaccount")
            .header("cookie", format!("{name}={}", admin.token));
        let expected = if name.trim() == "__Host-access_token" {
            200
        } else {
            401
        };
        request.await.expect(expected);
    }
    let own = app
        .get("/myaccount")
        .cookie("__Host-access_token", &admin.token);
    own.cookie(COOKIE, "tossed-in").await.expect(200);
    let form = [("username", admin.email.as_str()), ("password", PASSWORD)];
    let answer = app.post_form("/login_with_form/", &form).await.expect(303);
    for line in answer.set_cookies() {
        assert!(
            line.starts_with("__Host-") && line.contains("; Secure") && !line.contains("Domain"),
            "{line}"
        );
        assert!(
            line.contains("; HttpOnly")
                && line.contains("; Path=/;")
                && line.contains("SameSite=Lax"),
            "{line}"
        );
    }
    assert!(!answer.set_cookies().is_empty());
}

#[tokio::test]
async fn an_old_login_is_not_enough_to_take_an_account_away() {
    let app = TestApp::start().await;
    let user = app.verified_user("user@example.com").await;
    app.clock.advance(app.config.session.fresh.get());
    let before = app.things().await;
    let moving = app.put_json("/myaccount", &json!({"email": "attacker@example.com"}));
    let answer = moving.bearer(&user.token).await.expect(401);
    assert_eq!(answer.json()["code"], "fresh_login_required", "{answer:#?}");
    let challenge = answer.header("www-authenticate");
    assert!(
        challenge.contains("insufficient_user_authentication"),
        "{challenge}"
    );
    for body in [json!({}), json!({"password": "Another+5678"})] {
        let deletion = app.post_json("/myaccount/delete", &body);
        let answer = deletion.bearer(&user.token).await;
        assert!(matches!(answer.status, 400..500), "{answer:#?}");
    }
    TestApp::assert_same(&before, &app.things().await, "an old login");
    // What cannot take it away needs no second look.
    app.put_json("/myaccount", &json!({"first_name": "Ann"}))
        .bearer(&user.token)
        .await
        .expect(200);
}
