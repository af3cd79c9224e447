//! An entry stands there if and only if its cause does.

use gatepost::audit::{self, Event, Filter};
use gatepost::error::{Error, Problem};
use gatepost::ids::AccountId;

use super::{actor, count, stranger};
use crate::support::TestApp;

#[tokio::test]
async fn holds_who_what_when_and_from_where() {
    let app = TestApp::start().await;
    let (me, other) = (AccountId::new(), AccountId::new());
    let client = stranger("2001:db8::1", "curl/8");
    audit::note(Event::AccountLocked, actor(me, &client))
        .on(other)
        .because("abuse")
        .with("role", "MANAGER")
        .personal("email", "ann@example.org")
        .write(&app, &app.db)
        .await
        .unwrap();
    let part = audit::list(&app.db, &Filter::default(), (None, 10))
        .await
        .unwrap();
    let entry = &part.entries[0];
    assert_eq!((part.entries.len(), part.next), (1, None));
    assert_eq!(
        (entry.event.as_str(), entry.outcome.as_str()),
        ("account_locked", "done")
    );
    assert_eq!(entry.reason.as_deref(), Some("abuse"));
    assert_eq!(
        (entry.actor_kind.as_str(), entry.actor_id),
        ("account", Some(me))
    );
    assert_eq!((entry.account_id, entry.at), (Some(other), app.clock.now()));
    assert_eq!(entry.request_id, client.request_id);
    assert_eq!(entry.details, r#"{"role":"MANAGER"}"#);
    assert_eq!(
        entry.personal.as_deref(),
        Some(r#"{"email":"ann@example.org","address":"2001:db8::1","user_agent":"curl/8"}"#)
    );
    assert_eq!(entry.seq, None, "the place comes later");
}

#[tokio::test]
async fn is_undone_with_its_cause() {
    let app = TestApp::start().await;
    let failed: Result<(), Error> = app
        .db
        .transaction(|tx| {
            let app = &app;
            async move {
                let client = stranger("192.0.2.7", "curl/8");
                audit::note(Event::Login, &client).write(app, &tx).await?;
                Err(Problem::NotPermitted.into())
            }
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(count(&app, "event = 'login'").await, 0);
}

#[tokio::test]
async fn the_digest_of_personal_facts_is_salted_so_that_equal_ones_differ() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        let client = stranger("192.0.2.7", "curl/8");
        let note = audit::note(Event::Login, &client);
        note.write(&app, &app.db).await.unwrap();
    }
    let part = audit::list(&app.db, &Filter::default(), (None, 10)).await;
    let entries = part.unwrap().entries;
    assert_eq!(entries[0].personal, entries[1].personal);
    assert_ne!(entries[0].personal_digest, entries[1].personal_digest);
}
