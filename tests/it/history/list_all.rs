//! `GET /audit`: everything, for administrators and nobody else.

use gatepost::audit::{self, Event};
use gatepost::roles::Role;
use serde_json::Value;

use super::list::{forget, id, write};
use crate::audit::{actor, count, stranger};
use crate::support::TestApp;

async fn list(app: &TestApp, query: &str) -> Vec<Value> {
    let token = &app.admin().await.token;
    let answer = app.get(&format!("/audit?{query}")).bearer(token).await;
    answer.expect(200).json()["items"]
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn fits_every_filter() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let admin = app.admin().await.clone();
    forget(&app).await;
    let begun = app.clock.now();
    let home = stranger("192.0.2.7", "curl/8");
    write(
        &app,
        audit::note(Event::Login, &home)
            .on(id(&jane))
            .refused("bad_credentials")
            .personal("email", "jane@example.com"),
    )
    .await;
    let between = app.clock.now();
    write(
        &app,
        audit::note(Event::RoleChanged, actor(id(&admin), &home))
            .on(id(&jane))
            .with("role", "MANAGER"),
    )
    .await;
    audit::chain(&app).await.unwrap();

    let events = async |query: &str| -> Vec<String> {
        let items = list(&app, query).await;
        let events = items
            .iter()
            .map(|item| item["event"].as_str().unwrap().to_owned());
        events.collect()
    };
    assert_eq!(events("").await, ["role_changed", "login"]);
    assert_eq!(events("event=login").await, ["login"]);
    assert_eq!(events("outcome=refused").await, ["login"]);
    assert_eq!(events("outcome=done").await, ["role_changed"]);
    assert_eq!(events(&format!("account_id={}", jane.id)).await.len(), 2);
    assert_eq!(events(&format!("account_id={}", admin.id)).await.len(), 0);
    assert_eq!(
        events(&format!("actor_id={}", admin.id)).await,
        ["role_changed"]
    );
    assert_eq!(
        events(&format!("request_id={}", home.request_id))
            .await
            .len(),
        2
    );
    assert_eq!(events("request_id=another").await.len(), 0);
    assert_eq!(events(&format!("from={between}")).await, ["role_changed"]);
    assert_eq!(events(&format!("to={between}")).await, ["login"]);
    assert_eq!(events(&format!("from={begun}&to={begun}")).await.len(), 0);
    assert_eq!(events("from=2020-01-01").await.len(), 2);
}

#[tokio::test]
async fn fits_a_person_and_a_network() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let admin = app.admin().await.clone();
    forget(&app).await;
    let (home, office) = (
        stranger("192.0.2.7", "curl/8"),
        stranger("2001:db8::9", "curl/8"),
    );
    let by_jane = audit::note(Event::PasswordChanged, actor(id(&jane), &home));
    write(&app, by_jane.on(id(&jane))).await;
    let on_jane = audit::note(Event::AccountLocked, actor(id(&admin), &office));
    write(&app, on_jane.on(id(&jane))).await;
    write(
        &app,
        audit::note(Event::KeyRotated, actor(id(&admin), &office)),
    )
    .await;

    let count = async |query: &str| list(&app, query).await.len();
    assert_eq!(count("person=Jane@example.com").await, 2);
    assert_eq!(count(&format!("person={}", jane.id)).await, 2);
    assert_eq!(
        count(&format!("person={}&event=account_locked", jane.id)).await,
        1
    );
    assert_eq!(count("person=nobody@example.com").await, 0);
    assert_eq!(count("address=192.0.2.7").await, 1);
    assert_eq!(count("address=192.0.2.0/24").await, 1);
    assert_eq!(count("address=2001:db8::/32").await, 2);
    assert_eq!(count("address=198.51.100.0/24").await, 0);
    assert_eq!(
        count("person=jane@example.com&address=2001:db8::9").await,
        1
    );
    audit::erase_of(&app.db, id(&jane)).await.unwrap();
    assert_eq!(count("address=192.0.2.7").await, 0);

    let token = &admin.token;
    for query in ["person=jane", "address=home", "address=10.0.0.0/99"] {
        app.get(&format!("/audit?{query}"))
            .bearer(token)
            .await
            .expect(422);
    }
}

#[tokio::test]
async fn looks_at_so_many_and_goes_on_from_there() {
    let app = TestApp::start().await;
    let token = app.admin().await.token.clone();
    forget(&app).await;
    let rare = stranger("192.0.2.7", "curl/8");
    write(&app, audit::note(Event::KeyRotated, &rare)).await;
    let others = &stranger("198.51.100.4", "curl/8");
    let server = &*app;
    app.db
        .transaction(|tx| async move {
            for _ in 0..5100 {
                let note = audit::note(Event::Login, others);
                note.write(server, &tx).await?;
            }
            Ok::<_, gatepost::error::Error>(())
        })
        .await
        .unwrap();
    let (mut cursor, mut found, mut pages) = (String::new(), 0, 0);
    loop {
        let target = format!("/audit?address=192.0.2.7&cursor={cursor}");
        let page = app.get(&target).bearer(&token).await.expect(200).json();
        found += page["items"].as_array().unwrap().len();
        pages += 1;
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = next.to_owned();
    }
    assert_eq!((found, pages), (1, 2));
    let browser = crate::sessions::browser(&app, "admin@example.com").await;
    let page = browser.open("/admin/audit?address=192.0.2.7").await;
    page.shows("None among those that were looked at so far.")
        .shows("It has been looked for back to")
        .shows("Look further");
}

#[tokio::test]
async fn shows_all_that_an_entry_holds() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    forget(&app).await;
    let note = audit::note(
        Event::RoleChanged,
        actor(id(&admin), &stranger("192.0.2.7", "curl/8")),
    );
    let note = note.with("role", "MANAGER");
    write(&app, note.personal("email", "jane@example.com")).await;
    let head = audit::verify(&app, None).await.unwrap().unwrap();
    let item = list(&app, "").await.remove(0);
    assert_eq!(item["details"]["role"], "MANAGER");
    assert_eq!(item["personal"]["address"], "192.0.2.7");
    assert_eq!(item["personal"]["email"], "jane@example.com");
    assert_eq!(
        (&item["seq"], &item["digest"]),
        (&1.into(), &head.digest.into())
    );
    audit::erase_of(&app.db, id(&admin)).await.unwrap();
    let item = list(&app, "").await.remove(0);
    assert_eq!(item["personal"], Value::Null);
}

#[tokio::test]
async fn walks_by_its_cursor() {
    let app = TestApp::start().await;
    app.admin().await;
    forget(&app).await;
    crate::audit::write(&app, 5).await;
    let token = &app.admin().await.token;
    let (mut cursor, mut seen) = (String::new(), 0);
    loop {
        let target = format!("/audit?event=login&limit=2&cursor={cursor}");
        let page = app.get(&target).bearer(token).await.expect(200).json();
        seen += page["items"].as_array().unwrap().len();
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = next.to_owned();
    }
    assert_eq!(seen, 5);
}

#[tokio::test]
async fn refuses_managers_and_writes_that_down() {
    let app = TestApp::start().await;
    let manager = app
        .user_with_role("manager@example.com", Role::Manager)
        .await;
    for target in ["/audit", "/audit?limit=0"] {
        let refused = app.get(target).bearer(&manager.token).await;
        refused.expect_refusal(403, "Operation not permitted");
    }
    let denied = list(
        &app,
        &format!("event=access_denied&actor_id={}", manager.id),
    )
    .await;
    assert_eq!(denied.len(), 2);
    assert_eq!(
        (&denied[0]["outcome"], &denied[0]["reason"]),
        (&"refused".into(), &"role".into())
    );
    assert_eq!(
        (
            &denied[0]["details"]["method"],
            &denied[0]["details"]["route"]
        ),
        (&"GET".into(), &"/audit".into())
    );
}

#[tokio::test]
async fn what_staff_operations_refuse_is_written_down_with_what_was_asked_for() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let admin = app.admin().await;
    let refused = app
        .delete(&format!("/users/{}", admin.id))
        .bearer(&jane.token)
        .await;
    let request = refused
        .expect_refusal(403, "Operation not permitted")
        .header("x-request-id")
        .to_owned();
    let denied = list(&app, &format!("event=access_denied&request_id={request}")).await;
    assert_eq!(denied.len(), 1);
    assert_eq!(
        (&denied[0]["actor_id"], &denied[0]["details"]["route"]),
        (&jane.id.as_str().into(), &"/users/{user_id}".into())
    );
    assert_eq!(count(&app, "event = 'access_denied'").await, 1);
}

#[tokio::test]
async fn refuses_filters_that_mean_nothing() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for query in [
        "event=nonsense",
        "outcome=perhaps",
        "account_id=me",
        "actor_id=1",
        "from=yesterday",
        "to=x",
        "limit=0",
        "limit=101",
        "cursor=x",
        "request_id=%00",
    ] {
        let refused = app
            .get(&format!("/audit?{query}"))
            .bearer(token)
            .await
            .expect(422);
        assert_eq!(refused.json()["code"], "validation_error", "{query}");
    }
}
