//! `privacy.hide_accounts`: ways around the neutral answer, all of them closed.

use gatepost::config::Config;
use gatepost::db::Run;
use serde_json::json;

use super::new;
use crate::support::people::with;
use crate::support::{PASSWORD, TestApp, WRONG_PASSWORD};

async fn hiding(change: impl FnOnce(&mut Config)) -> TestApp {
    let app = TestApp::with(|config| {
        config.privacy.hide_accounts = true;
        change(config);
    })
    .await;
    app.verified_user("known@example.com").await;
    app
}

async fn work(app: &TestApp) {
    gatepost::jobs::run_due(app, gatepost::app::WORK)
        .await
        .unwrap();
}

async fn count(app: &TestApp, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) AS total FROM {table}");
    app.db.one(&sql, &[]).await.unwrap().get("total").unwrap()
}

#[tokio::test]
async fn the_request_does_the_same_for_known_and_unknown_addresses() {
    let app = hiding(|_| ()).await;
    work(&app).await;
    for email in ["known@example.com", "fresh@example.com"] {
        let tables = ["accounts", "jobs", "outbox", "audit_entries"];
        let mut before = Vec::new();
        for table in tables {
            before.push(count(&app, table).await);
        }
        app.post_json("/register/", &new(email)).await.expect(200);
        let mut grown = Vec::new();
        for (table, before) in tables.iter().zip(before) {
            grown.push(count(&app, table).await - before);
        }
        assert_eq!(grown, [0, 1, 0, 0], "{email}: one job, and nothing else");
        work(&app).await;
    }
}

#[tokio::test]
async fn answers_have_the_same_bytes_but_for_what_is_random() {
    let app = hiding(|_| ()).await;
    let mut seen = Vec::new();
    for (email, nickname) in [("known@example.com", "aaaa"), ("fresh@example.com", "bbbb")] {
        let body = with(&new(email), "nickname", nickname);
        let answer = app.post_json("/register/", &body).await.expect(200);
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        let body = answer.body.replace(&id, "id").replace(nickname, "nick");
        let mut headers = answer.headers;
        headers.remove("x-request-id");
        seen.push((body.replace(email, "email"), headers));
        work(&app).await;
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn the_account_is_the_one_that_was_answered() {
    let app = hiding(|_| ()).await;
    let body = json!({"email": "Fresh@example.com", "password": PASSWORD, "nickname": "fresh", "first_name": "Fred",
        "last_name": "Fresh", "bio": "b", "profile_picture_url": "https://example.com/p.png",
        "linkedin_profile_url": "https://linkedin.com/in/f", "github_profile_url": "https://github.com/f", "role": "ADMIN"});
    let user = app.post_json("/register/", &body).await.expect(200).json();
    let link = app.verify_link("Fresh@example.com").await;
    app.get(&link).await.expect(307);
    let token = app.log_in("fresh@example.com").await;
    let me = app
        .get("/myaccount")
        .bearer(&token)
        .await
        .expect(200)
        .json();
    for key in [
        "id",
        "email",
        "nickname",
        "first_name",
        "last_name",
        "bio",
        "profile_picture_url",
        "linkedin_profile_url",
        "github_profile_url",
        "created_at",
    ] {
        assert_eq!(me[key], user[key], "{key}");
    }
    assert_eq!(me["role"], "AUTHENTICATED");
}

#[tokio::test]
async fn a_login_after_it_does_not_tell_either() {
    let app = hiding(|_| ()).await;
    let mut seen = Vec::new();
    for email in ["known@example.com", "fresh@example.com"] {
        let body = json!({"email": email, "password": WRONG_PASSWORD});
        app.post_json("/register/", &body).await.expect(200);
        work(&app).await;
        let mut answers = Vec::new();
        for _ in 0..7 {
            let login = [("username", email), ("password", WRONG_PASSWORD)];
            let answer = app.post_form("/login/", &login).await;
            answers.push((answer.status, answer.body));
        }
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0][0].0, 401);
    assert_eq!(seen[0][6].0, 403, "both are locked after as many tries");
}

#[tokio::test]
async fn the_nickname_is_taken_afterwards_whether_or_not_the_address_was() {
    let app = hiding(|_| ()).await;
    let prober = app.verified_user("prober@example.com").await;
    let mut seen = Vec::new();
    for (email, nickname) in [
        ("known@example.com", "chosen-a"),
        ("fresh@example.com", "chosen-b"),
    ] {
        let body = with(&new(email), "nickname", nickname);
        app.post_json("/register/", &body).await.expect(200);
        work(&app).await;
        let body = with(
            &new("probe@example.com"),
            "nickname",
            nickname.to_uppercase(),
        );
        let probe = app.post_json("/register/", &body).await;
        let change = json!({"nickname": nickname});
        let change = app.put_json("/myaccount", &change).bearer(&prober.token);
        seen.push((probe.status, probe.body, change.await.status));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!((seen[0].0, seen[0].2), (400, 400));
    assert!(seen[0].1.contains("nickname_taken"));
    // The owner of the address, for whom it is kept, may have it.
    let owner = app.log_in("known@example.com").await;
    let change = json!({"nickname": "chosen-a"});
    let change = app.put_json("/myaccount", &change).bearer(&owner).await;
    assert_eq!(change.expect(200).json()["nickname"], "chosen-a");
}

#[tokio::test]
async fn generated_nicknames_are_kept_as_well() {
    let app = hiding(|_| ()).await;
    let answer = app.post_json("/register/", &new("known@example.com"));
    let nickname = answer.await.expect(200).json()["nickname"].clone();
    work(&app).await;
    let body = with(&new("probe@example.com"), "nickname", nickname);
    app.post_json("/register/", &body).await.expect(400);
}

#[tokio::test]
async fn an_owner_gets_only_so_many_mails() {
    let app = hiding(|config| config.mail.asked_per_address = 2).await;
    let before = app.mails_to("known@example.com").await.len();
    for spelling in [
        "known@example.com",
        "KNOWN@example.com",
        " Known@EXAMPLE.com ",
        "known@Example.com",
    ] {
        app.post_json("/register/", &new(spelling))
            .await
            .expect(200);
    }
    assert_eq!(app.mails_to("known@example.com").await.len(), before + 2);
    app.clock.advance(app.config.mail.asked_window.get());
    app.post_json("/register/", &new("known@example.com"))
        .await
        .expect(200);
    let mails = app.mails_to("known@example.com").await;
    assert_eq!(mails.len(), before + 3);
    assert!(mails[0].text.contains("/forgot-password-form"));
}

#[tokio::test]
async fn whoever_registered_and_lost_the_mail_is_told_the_way() {
    let app = hiding(|_| ()).await;
    for _ in 0..2 {
        app.post_json("/register/", &new("fresh@example.com"))
            .await
            .expect(200);
        work(&app).await;
    }
    let mails = app.mails_to("fresh@example.com").await;
    assert_eq!(mails.len(), 2);
    assert!(
        mails[0].text.contains("Nobody has confirmed yet")
            && mails[0].text.contains("/forgot-password-form"),
        "{}",
        mails[0].text
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_one_makes_the_account() {
    use std::sync::Arc;

    let app = Arc::new(hiding(|config| config.registration.per_network = 100_000).await);
    let mut running = tokio::task::JoinSet::new();
    for number in 0..32 {
        let (app, worker) = (Arc::clone(&app), Arc::clone(&app));
        let email = [
            "fresh@example.com",
            "FRESH@example.com",
            " Fresh@EXAMPLE.COM ",
            "fReSh@Example.Com",
        ][number % 4];
        running.spawn(async move { app.post_json("/register/", &new(email)).await.status });
        if number % 8 == 7 {
            let app = Arc::clone(&worker);
            running.spawn(async move {
                work(&app).await;
                200
            });
        }
    }
    assert!(running.join_all().await.iter().all(|status| *status == 200));
    work(&app).await;
    let found = crate::accounts::list(&app, "q=fresh@").await;
    assert_eq!(found["total"], 1);
    // Two workers at once may have met over the address: the job of the slower one is done a little later.
    app.clock.advance(std::time::Duration::from_mins(1));
    work(&app).await;
    assert_eq!(count(&app, "jobs").await, 0, "every job is done");
}
