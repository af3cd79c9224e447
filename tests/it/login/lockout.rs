//! The lock-out: a few wrong passwords lock for a while that grows. It must not be a weapon against the owner.

use std::time::Duration;

use super::{LOCKED, WRONG, right, wrong};
use crate::support::{PASSWORD, Person, TestApp};

async fn fail(app: &TestApp, email: &str, times: u32) {
    for _ in 0..times {
        wrong(app, email).await.expect_refusal(401, WRONG);
    }
}

async fn start() -> (TestApp, Person) {
    let app = TestApp::start().await;
    let person = app.verified_user("ann@example.com").await;
    (app, person)
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

#[tokio::test]
async fn locks_after_five_wrong_passwords_even_for_the_right_one() {
    let (app, ann) = start().await;
    fail(&app, &ann.email, 5).await;
    for attempt in [
        wrong(&app, &ann.email),
        right(&app, &ann.email),
        right(&app, "ANN@example.com"),
    ] {
        let refusal = attempt.await.expect_refusal(403, LOCKED);
        assert_eq!(refusal.json()["code"], "account_locked");
    }
    let admin = app.admin().await;
    let shown = app
        .get(&format!("/users/{}", ann.id))
        .bearer(&admin.token)
        .await
        .expect(200)
        .json();
    assert_eq!(shown["is_locked"], true);
}

#[tokio::test]
async fn ends_by_itself_and_grows_each_time() {
    let (app, ann) = start().await;
    for lasting in [15, 30, 60] {
        fail(&app, &ann.email, 5).await;
        app.advance_almost(minutes(lasting));
        right(&app, &ann.email).await.expect_refusal(403, LOCKED);
        app.clock.advance(Duration::from_secs(1));
    }
    right(&app, &ann.email).await.expect(200);
    // A success forgets all of it.
    fail(&app, &ann.email, 5).await;
    app.clock.advance(minutes(15));
    right(&app, &ann.email).await.expect(200);
}

#[tokio::test]
async fn begins_anew_after_a_success() {
    let (app, ann) = start().await;
    for _ in 0..4 {
        fail(&app, &ann.email, 4).await;
        right(&app, &ann.email).await.expect(200);
    }
}

#[tokio::test]
async fn locks_unknown_addresses_alike() {
    let (app, _) = start().await;
    fail(&app, "nobody@example.com", 5).await;
    wrong(&app, "nobody@example.com")
        .await
        .expect_refusal(403, LOCKED);
    wrong(&app, "NOBODY@example.com")
        .await
        .expect_refusal(403, LOCKED);
    right(&app, "ann@example.com").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn looks_at_five_of_many_guesses_at_once() {
    let (app, ann) = start().await;
    let answers = futures_util::future::join_all(
        (0..40).map(|_| async { wrong(&app, &ann.email).await.status }),
    );
    let statuses = answers.await;
    assert_eq!(
        statuses.iter().filter(|status| **status == 401).count(),
        5,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 403).count(),
        35,
        "{statuses:?}"
    );
}

#[tokio::test]
async fn leaves_open_sessions_alone() {
    let (app, ann) = start().await;
    fail(&app, &ann.email, 5).await;
    right(&app, &ann.email).await.expect(403);
    app.get("/myaccount").bearer(&ann.token).await.expect(200);
}

#[tokio::test]
async fn counts_a_browser_that_has_logged_in_before_apart() {
    let (app, ann) = start().await;
    let browser = app.browser();
    let log_in = async |password: &str| {
        let form = browser.open("/login-form").await.form("/login_with_form/");
        browser
            .submit(&form.fill("username", &ann.email).fill("password", password))
            .await
    };
    log_in(PASSWORD).await.expect(200, "/dashboard");
    browser.forget("access_token");

    fail(&app, &ann.email, 5).await;
    right(&app, &ann.email).await.expect(403);
    log_in(PASSWORD).await.expect(200, "/dashboard");
    // The known browser cannot guess without end either.
    browser.forget("access_token");
    for _ in 0..5 {
        assert_eq!(log_in("Another+5678").await.status, 401);
    }
    assert_eq!(log_in(PASSWORD).await.status, 403);
    // Its own login did not lift the lock of strangers.
    right(&app, &ann.email).await.expect(403);
}

#[tokio::test]
async fn believes_no_device_that_it_has_not_signed() {
    let (app, ann) = start().await;
    let browser = app.browser();
    let form = browser.open("/login-form").await.form("/login_with_form/");
    browser
        .submit(
            &form
                .fill("username", "admin@example.com")
                .fill("password", PASSWORD),
        )
        .await
        .expect(200, "/dashboard");
    let of_admin = browser.cookie("device").expect("a device");
    fail(&app, &ann.email, 5).await;
    for forged in [
        "",
        "x",
        "a.b",
        &of_admin,
        &of_admin.replace('.', "A."),
        &format!("{of_admin}A"),
    ] {
        right(&app, &ann.email)
            .cookie("device", forged)
            .await
            .expect_refusal(403, LOCKED);
    }
}

#[tokio::test]
async fn holds_for_all_nodes() {
    let (app, ann) = start().await;
    let node = app.second_node().await;
    fail(&app, &ann.email, 3).await;
    fail(&node, &ann.email, 2).await;
    right(&app, &ann.email).await.expect_refusal(403, LOCKED);
    right(&node, &ann.email).await.expect_refusal(403, LOCKED);
}

#[tokio::test]
async fn follows_the_settings() {
    let app = TestApp::with(|config| {
        config.login.max_attempts = 2;
        config.login.lock_first = gatepost::config::Period::minutes(1);
        config.login.lock_longest = gatepost::config::Period::minutes(1);
    })
    .await;
    let ann = app.verified_user("ann@example.com").await;
    for _ in 0..3 {
        fail(&app, &ann.email, 2).await;
        right(&app, &ann.email).await.expect(403);
        app.clock.advance(minutes(1));
    }
    right(&app, &ann.email).await.expect(200);
}

#[tokio::test]
async fn an_administrators_lock_lasts_until_it_is_lifted() {
    let (app, ann) = start().await;
    let admin = app.admin().await;
    app.post(&format!("/users/{}/lock", ann.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    right(&app, &ann.email).await.expect_refusal(403, LOCKED);
    wrong(&app, &ann.email).await.expect_refusal(401, WRONG);
    app.get("/myaccount").bearer(&ann.token).await.expect(401);
    app.clock.advance(minutes(20 * 60));
    let admin = app.log_in(&admin.email).await;
    right(&app, &ann.email).await.expect(403);
    app.post(&format!("/users/{}/unlock", ann.id))
        .bearer(&admin)
        .await
        .expect(200);
    right(&app, &ann.email).await.expect(200);
    app.get("/myaccount").bearer(&ann.token).await.expect(401);
}

#[tokio::test]
async fn an_administrator_ends_it_early() {
    let (app, ann) = start().await;
    fail(&app, &ann.email, 5).await;
    let admin = app.admin().await;
    let user = app
        .post(&format!("/users/{}/unlock", ann.id))
        .bearer(&admin.token)
        .await
        .expect(200)
        .json();
    assert_eq!(user["is_locked"], false);
    right(&app, &ann.email).await.expect(200);
}
