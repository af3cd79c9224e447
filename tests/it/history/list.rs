//! `GET /myaccount/history`: one's own events, and of other people's affairs nothing.

use std::time::Duration;

use gatepost::audit::{self, Actor, Event, Note};
use gatepost::ids::AccountId;
use gatepost::roles::Role;
use serde_json::Value;

use crate::audit::{actor, stranger};
use crate::support::{Person, TestApp};

pub fn id(person: &Person) -> AccountId {
    person.id.parse().unwrap()
}

pub async fn write(app: &TestApp, note: Note) {
    note.write(app, &app.db).await.unwrap();
    app.clock.advance(Duration::from_secs(1));
}

/// Forgets what registering and logging in have left, so that a test sees its own entries only.
pub async fn forget(app: &TestApp) {
    crate::audit::execute(app, "DELETE FROM audit_entries").await;
}

async fn history(app: &TestApp, person: &Person) -> Vec<Value> {
    let answer = app.get("/myaccount/history").bearer(&person.token).await;
    answer.expect(200).json()["items"]
        .as_array()
        .unwrap()
        .clone()
}

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64) Gecko/20100101 Firefox/140.0";

/// What others and the person herself did to her account, and what an administrator did to himself.
async fn live(app: &TestApp, (jane, admin): (&Person, &Person)) {
    let home = actor(id(jane), &stranger("192.0.2.7", FIREFOX));
    let office = actor(id(admin), &stranger("198.51.100.4", "curl/8"));
    let burglar = stranger("203.0.113.9", "python-httpx/0.28");
    let on_jane = |event, by: Actor| audit::note(event, by).on(id(jane));
    write(app, on_jane(Event::PasswordChanged, home)).await;
    let login = on_jane(Event::Login, (&burglar).into()).refused("bad_credentials");
    write(app, login.personal("email", "jane@example.com")).await;
    write(app, on_jane(Event::AccountLocked, office.clone())).await;
    write(app, on_jane(Event::AccountUnlocked, Actor::operator())).await;
    write(app, on_jane(Event::SessionsEnded, Actor::system())).await;
    write(app, audit::note(Event::RoleChanged, office).on(id(admin))).await;
}

#[tokio::test]
async fn shows_who_did_what_and_of_others_only_what_concerns_one() {
    let app = TestApp::start().await;
    let admin = app.user_with_role("boss@example.com", Role::Admin).await;
    let jane = app.verified_user("jane@example.com").await;
    forget(&app).await;
    live(&app, (&jane, &admin)).await;
    let items = history(&app, &jane).await;
    let text = |item: &Value, key: &str| item[key].as_str().unwrap_or("-").to_owned();
    let told: Vec<[String; 3]> = items
        .iter()
        .map(|item| ["what", "by", "address"].map(|key| text(item, key)))
        .collect();
    assert_eq!(
        told,
        [
            ["Sessions of yours were ended by the server.", "server", "-"],
            [
                "Your account was unlocked by the operator of this server.",
                "operator",
                "-"
            ],
            ["Your account was locked by an administrator.", "staff", "-"],
            ["A login was refused.", "somebody", "203.0.113.9"],
            ["Your password was changed.", "you", "192.0.2.7"],
        ]
    );
    assert_eq!(text(&items[4], "browser"), "Firefox on Windows");
    assert_eq!(text(&items[3], "browser"), "python-httpx");
    assert_eq!(text(&items[3], "outcome"), "refused");
    assert_eq!(text(&items[3], "reason"), "bad_credentials");
    let all = Value::from(items).to_string();
    for hidden in ["198.51.100.4", "curl", &admin.id, "127.0.0.1"] {
        assert!(!all.contains(hidden), "{hidden}: {all}");
    }
}

#[tokio::test]
async fn shows_staff_what_they_did_and_not_to_whom() {
    let app = TestApp::start().await;
    let admin = app.user_with_role("boss@example.com", Role::Admin).await;
    let jane = app.verified_user("jane@example.com").await;
    forget(&app).await;
    live(&app, (&jane, &admin)).await;
    let items = history(&app, &admin).await;
    let told: Vec<&str> = items
        .iter()
        .map(|item| item["what"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        ["Your role was changed.", "You locked somebody's account."]
    );
    assert!(!Value::from(items).to_string().contains(&jane.id));
}

#[tokio::test]
async fn names_the_session_in_which_one_did_it() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    forget(&app).await;
    let session = gatepost::ids::SessionId::new();
    let by = Actor {
        session: Some(session),
        ..actor(id(&jane), &stranger("192.0.2.7", FIREFOX))
    };
    write(&app, audit::note(Event::Logout, by).on(id(&jane))).await;
    assert_eq!(
        history(&app, &jane).await[0]["session_id"],
        session.to_string()
    );
}

#[tokio::test]
async fn walks_by_its_cursor_to_the_end() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    forget(&app).await;
    let home = stranger("192.0.2.7", FIREFOX);
    for _ in 0..7 {
        write(&app, audit::note(Event::Login, &home).on(id(&jane))).await;
    }
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    loop {
        let target = format!("/myaccount/history?limit=3&cursor={cursor}");
        let page = app
            .get(&target)
            .bearer(&jane.token)
            .await
            .expect(200)
            .json();
        let ids = page["items"].as_array().unwrap().iter();
        seen.extend(ids.map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = next.to_owned();
    }
    assert_eq!(seen.len(), 7);
    seen.dedup();
    assert!(seen.is_sorted_by(|one, next| one > next) && seen.len() == 7);
}

#[tokio::test]
async fn details_that_were_erased_are_null() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    forget(&app).await;
    let home = stranger("192.0.2.7", FIREFOX);
    write(&app, audit::note(Event::Login, &home).on(id(&jane))).await;
    audit::erase_of(&app.db, id(&jane)).await.unwrap();
    let items = history(&app, &jane).await;
    assert_eq!(
        (&items[0]["address"], &items[0]["browser"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(items[0]["what"], "A login succeeded.");
}

#[tokio::test]
async fn refuses_what_is_no_cursor_or_limit() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for query in [
        "cursor=nonsense",
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=%00",
    ] {
        let target = format!("/myaccount/history?{query}");
        let refused = app.get(&target).bearer(&jane.token).await.expect(422);
        assert_eq!(refused.json()["code"], "validation_error", "{query}");
    }
}
