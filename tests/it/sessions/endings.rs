//! Why sessions end: every reason there is, reached, felt by every node at the next request, and shown to the user and to
//! staff.

use std::time::Duration;

use gatepost::db::Run;
use gatepost::roles::Role;
use gatepost::sessions::{Ending, end_all};
use serde_json::{Value, json};

use super::{Held, browser, find, items, log_in, next, over, own, refresh, sessions};
use crate::recovery::{new_code, reset};
use crate::support::{PASSWORD, Person, TestApp};

/// An application with a second node, and somebody with a session that is about to end.
struct Scene {
    app: TestApp,
    node: TestApp,
    admin: Person,
    jane: Person,
    held: Held,
}

impl Scene {
    async fn begin() -> Self {
        let app = TestApp::start().await;
        let node = app.second_node().await;
        let admin = app.admin().await.clone();
        let jane = app.user_with_role("jane@example.com", Role::Manager).await;
        let held = log_in(&app, &jane.email).await;
        own(&node, &held.access).await.expect(200);
        Self {
            app,
            node,
            admin,
            jane,
            held,
        }
    }

    async fn staff(&self, method: &str, path: &str, body: &Value) {
        let path = format!("/users/{}{path}", self.jane.id);
        let request = self.app.request(method, &path).json(body);
        request.bearer(&self.admin.token).await.expect(200);
    }

    /// Fails unless both nodes know the reason, for the next request, the next refresh, and whoever looks at the list.
    async fn ends(&self, why: Ending) {
        for app in [&self.app, &self.node] {
            assert_eq!(over(app, &self.held.access).await, why.code());
            refresh(app, &self.held.refresh)
                .await
                .expect_refusal(401, super::NOT_REFRESHED);
        }
        if why == Ending::AccountDeleted {
            return;
        }
        let by_staff = self.app.get(&format!("/users/{}/sessions", self.jane.id));
        let admin = self.app.log_in(&self.admin.email).await;
        let by_staff = items(&by_staff.bearer(&admin).await.expect(200));
        self.shows(&by_staff, why);
        self.staff_unlocks(&admin).await;
        let token = self.jane_again().await;
        self.shows(&sessions(&self.app, &token).await, why);
    }

    fn shows(&self, sessions: &[Value], why: Ending) {
        let shown = find(sessions, &self.held.session());
        assert_eq!(shown["end_reason"], why.code());
        assert_eq!(shown["ended_because"], why.words());
        assert!(shown["ended_at"].is_string(), "{shown:#}");
        assert_eq!(shown["is_current"], false);
    }

    async fn staff_unlocks(&self, admin: &str) {
        let path = format!("/users/{}/unlock", self.jane.id);
        self.app.post(&path).bearer(admin).await.expect(200);
    }

    /// Logs in with the first password or, where that was changed, with the new one.
    async fn jane_again(&self) -> String {
        for password in [crate::recovery::NEW, PASSWORD] {
            let answer = crate::attempts::try_password(&self.app, &self.jane.email, password).await;
            if answer.status == 200 {
                return Held::of(&answer.json()).access;
            }
        }
        panic!("Jane cannot log in");
    }
}

#[tokio::test]
async fn by_a_logout() {
    let scene = Scene::begin().await;
    let logout = scene.app.post("/logout").bearer(&scene.held.access);
    logout.await.expect(303);
    scene.ends(Ending::Logout).await;
}

#[tokio::test]
async fn by_a_logout_with_an_access_token_that_has_expired() {
    let scene = Scene::begin().await;
    scene
        .app
        .clock
        .advance(scene.app.config.tokens.lifetime.get());
    let logout = scene.app.post("/logout").bearer(&scene.held.access);
    logout.await.expect(303);
    scene.ends(Ending::Logout).await;
}

#[tokio::test]
async fn by_the_person_from_elsewhere() {
    let scene = Scene::begin().await;
    let path = format!("/myaccount/sessions/{}", scene.held.session());
    let delete = scene.app.delete(&path).bearer(&scene.jane.token);
    delete.await.expect(204);
    scene.ends(Ending::Revoked).await;
}

#[tokio::test]
async fn by_staff() {
    let scene = Scene::begin().await;
    scene.staff("DELETE", "/sessions", &json!({})).await;
    scene.ends(Ending::RevokedByStaff).await;
}

#[tokio::test]
async fn by_a_new_password() {
    let scene = Scene::begin().await;
    let change = json!({"current_password": PASSWORD, "password": crate::recovery::NEW});
    let change = scene.app.post_json("/myaccount/password", &change);
    change.bearer(&scene.jane.token).await.expect(200);
    scene.ends(Ending::PasswordChanged).await;
}

#[tokio::test]
async fn by_a_new_password_from_a_mailed_link() {
    let scene = Scene::begin().await;
    let code = new_code(&scene.app, &scene.jane.email).await;
    reset(&scene.app, &code, crate::recovery::NEW)
        .await
        .expect(204);
    scene.ends(Ending::PasswordReset).await;
}

#[tokio::test]
async fn by_the_owner_of_the_address() {
    let scene = Scene::begin().await;
    let code = new_code(&scene.app, &scene.jane.email).await;
    // As if the address had not been proved: nobody can log in to such an account any more, but older sessions may be left.
    let unproved = "UPDATE accounts SET email_verified_at = NULL WHERE nickname <> ''";
    scene.app.db.execute(unproved, &[]).await.unwrap();
    reset(&scene.app, &code, crate::recovery::NEW)
        .await
        .expect(204);
    let proved = "UPDATE accounts SET email_verified_at = 1";
    scene.app.db.execute(proved, &[]).await.unwrap();
    scene.ends(Ending::AccountClaimed).await;
}

#[tokio::test]
async fn by_a_lock() {
    let scene = Scene::begin().await;
    scene.staff("POST", "/lock", &json!({})).await;
    scene.ends(Ending::AccountLocked).await;
}

#[tokio::test]
async fn by_the_end_of_the_account() {
    let scene = Scene::begin().await;
    let delete = scene.app.delete(&format!("/users/{}", scene.jane.id));
    delete.bearer(&scene.admin.token).await.expect(204);
    scene.ends(Ending::AccountDeleted).await;
}

#[tokio::test]
async fn by_a_role_that_may_do_less() {
    let scene = Scene::begin().await;
    let role = |role: &str| json!({"role": role});
    // One that may do more ends nothing.
    scene.staff("PUT", "", &role("ADMIN")).await;
    own(&scene.app, &scene.held.access).await.expect(200);
    scene.staff("PUT", "", &role("ADMIN")).await;
    scene
        .staff("PUT", "", &json!({"bio": "Sea captain."}))
        .await;
    own(&scene.app, &scene.held.access).await.expect(200);
    scene.staff("PUT", "", &role("AUTHENTICATED")).await;
    scene.ends(Ending::RoleChanged).await;
}

#[tokio::test]
async fn by_a_refresh_token_that_comes_again() {
    let scene = Scene::begin().await;
    next(&scene.app, &scene.held.refresh).await;
    let grace = scene.app.config.session.refresh_grace.get();
    scene.app.clock.advance(grace);
    refresh(&scene.app, &scene.held.refresh).await.expect(401);
    scene.ends(Ending::TokenReused).await;
}

#[tokio::test]
async fn by_a_login_too_many() {
    let scene = Scene::begin().await;
    let small = scene
        .app
        .second_node_with(|config| config.session.per_account = 1)
        .await;
    scene.app.clock.advance(Duration::from_secs(1));
    log_in(&small, &scene.jane.email).await;
    scene.ends(Ending::TooManySessions).await;
}

#[tokio::test]
async fn by_another_in_its_place() {
    let scene = Scene::begin().await;
    let confirmed = scene
        .app
        .post_json(
            "/myaccount/confirm-password",
            &json!({"password": PASSWORD}),
        )
        .bearer(&scene.held.access);
    confirmed.await.expect(200);
    scene.ends(Ending::Renewed).await;
}

#[tokio::test]
async fn by_not_being_used() {
    let scene = Scene::begin().await;
    scene.app.clock.advance(scene.app.config.session.idle.get());
    scene.ends(Ending::Idle).await;
    gatepost::sessions::purge(&scene.app).await.unwrap();
    scene.ends(Ending::Idle).await;
}

#[tokio::test]
async fn by_their_age() {
    let mut scene = Scene::begin().await;
    for _ in 0..29 {
        scene.app.clock.advance(Duration::from_mins(49));
        scene.held = next(&scene.app, &scene.held.refresh).await;
    }
    scene.app.clock.advance(Duration::from_mins(49));
    scene.ends(Ending::Expired).await;
    gatepost::sessions::purge(&scene.app).await.unwrap();
    scene.ends(Ending::Expired).await;
}

#[tokio::test]
async fn by_a_change_of_address_that_was_taken_back() {
    let scene = Scene::begin().await;
    let (app, id) = (&scene.app, scene.jane.id.parse().unwrap());
    let why = Ending::EmailChangeUndone;
    let ended = app
        .db
        .transaction(|tx| async move { end_all(app, &tx, (id, None), why).await })
        .await;
    assert_eq!(ended.unwrap(), 3);
    scene.ends(why).await;
}

#[test]
fn every_reason_has_a_code_and_words_of_its_own() {
    for (place, why) in Ending::ALL.iter().enumerate() {
        let earlier = &Ending::ALL[..place];
        assert!(
            !earlier
                .iter()
                .any(|other| other.code() == why.code() || other.words() == why.words())
        );
        assert_eq!(Ending::of(why.code()), Some(*why));
        assert!(
            why.code()
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '_'),
            "{why:?}"
        );
    }
    assert_eq!(Ending::of("nonsense"), None);
}

#[tokio::test]
async fn the_login_form_says_why() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    let change = json!({"current_password": PASSWORD, "password": crate::recovery::NEW});
    app.post_json("/myaccount/password", &change)
        .bearer(&jane.token)
        .await
        .expect(200);
    for path in ["/dashboard", "/sessions"] {
        let page = browser.open(path).await;
        assert!(page.path.starts_with("/login-form"), "{}", page.path);
        page.shows("Signed out: the password was changed.");
    }
    // A stranger is told nothing.
    let page = app.browser().open("/dashboard").await;
    assert!(!page.html.contains("Signed out"), "{}", page.html);
    // Whoever logs in is told no more.
    let form = browser.open("/login-form").await.form("/login_with_form/");
    let form = form
        .fill("username", &jane.email)
        .fill("password", crate::recovery::NEW);
    let page = browser.submit(&form).await.expect(200, "/dashboard");
    assert!(!page.html.contains("Signed out"), "{}", page.html);
}

#[tokio::test]
async fn the_login_form_leads_on_to_where_somebody_wanted_to_go() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let browser = browser(&app, &jane.email).await;
    app.clock.advance(app.config.session.idle.get());
    let page = browser.open("/sessions").await;
    page.shows("Signed out: it was not used for a while.");
    let form = page.form("/login_with_form/");
    let form = form
        .fill("username", &jane.email)
        .fill("password", PASSWORD);
    browser.submit(&form).await.expect(200, "/sessions");
}

#[tokio::test]
async fn the_reason_is_told_to_nobody_who_has_no_token_of_ours() {
    let app = TestApp::start().await;
    let elsewhere = TestApp::start().await;
    let foreign = elsewhere.admin().await.token.clone();
    for token in ["nonsense", "a.b.c", foreign.as_str()] {
        let answer = own(&app, token).await.expect(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let answer = app.get("/myaccount").await.expect(401);
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn the_reason_is_told_of_the_header_also_beside_a_cookie_that_is_none() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    app.post("/logout").bearer(&jane.token).await.expect(303);
    let answer = app
        .get("/myaccount")
        .bearer(&jane.token)
        .cookie("access_token", "nonsense")
        .await;
    assert_eq!(super::why(&answer.expect(401)), "logout");
}
