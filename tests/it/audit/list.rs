//! Lists of entries, and their places.

use std::time::Duration;

use gatepost::audit::{self, Entry, Event, Filter, Place};
use gatepost::db::Run;
use gatepost::ids::{AccountId, EntryId};
use gatepost::params;

use super::{actor, stranger, write};
use crate::support::TestApp;

#[tokio::test]
async fn walks_newest_first_without_gaps_or_doubles() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        // Several at the same moment.
        write(&app, 5).await;
        app.clock.advance(Duration::from_secs(1));
    }
    let (mut after, mut seen) = (None, Vec::<Entry>::new());
    loop {
        let part = audit::list(&app.db, &Filter::default(), (after, 4))
            .await
            .unwrap();
        seen.extend(part.entries);
        after = part.next.map(|place| place.to_string().parse().unwrap());
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    assert!(seen.is_sorted_by(|one, next| (one.at, one.id) > (next.at, next.id)));
}

#[tokio::test]
async fn of_an_account_are_what_it_did_and_what_happened_to_it_each_once() {
    let app = TestApp::start().await;
    let (me, other) = (AccountId::new(), AccountId::new());
    let client = stranger("192.0.2.7", "curl/8");
    for (by, on) in [(me, me), (me, other), (other, me), (other, other)] {
        audit::note(Event::AccountUpdated, actor(by, &client))
            .on(on)
            .write(&app, &app.db)
            .await
            .unwrap();
        app.clock.advance(Duration::from_secs(1));
    }
    let mut seen = Vec::new();
    let mut after: Option<Place> = None;
    loop {
        let part = audit::list_of(&app.db, me, (after, 1)).await.unwrap();
        seen.extend(
            part.entries
                .iter()
                .map(|entry| (entry.actor_id, entry.account_id)),
        );
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    let (me, other) = (Some(me), Some(other));
    assert_eq!(seen, [(other, me), (me, other), (me, me)]);
}

#[test]
fn no_other_text_is_a_place() {
    for text in ["", "x", "MTIz", "%%%", "MTIzIGFiYw"] {
        assert!(text.parse::<Place>().is_err(), "{text}");
    }
}

/// Thousands of log-ins of somebody, the newest now, and one thing of another kind before them all.
async fn busy(app: &TestApp, who: AccountId) {
    const COLUMNS: &str = "id, at, event, outcome, actor_kind, actor_id, account_id, request_id, details, personal_digest";
    let now = app.clock.now();
    let mut events = vec!["login"; 3100];
    events.push("role_changed");
    for (number, some) in events.chunks(100).enumerate() {
        let mut params = params![who, vec![0_u8; 32]].to_vec();
        let mut rows = Vec::new();
        for (place, event) in some.iter().enumerate() {
            params.push(EntryId::new().into());
            let (id, at) = (
                params.len(),
                now.0 - i64::try_from(number * 100 + place).unwrap(),
            );
            rows.push(format!(
                "(${id}, {at}, '{event}', 'done', 'account', $1, $1, 'r', '{{}}', $2)"
            ));
        }
        let sql = format!(
            "INSERT INTO audit_entries ({COLUMNS}) VALUES {}",
            rows.join(", ")
        );
        app.db.execute(&sql, &params).await.unwrap();
    }
}

#[tokio::test]
async fn a_rare_kind_of_somebody_busy_is_found_at_once() {
    let app = TestApp::start().await;
    let (who, other) = (AccountId::new(), AccountId::new());
    busy(&app, who).await;
    let filter = |of: fn(&mut Filter, AccountId), who, event: &str| {
        let mut filter = Filter {
            event: Some(event.to_owned()),
            ..Filter::default()
        };
        of(&mut filter, who);
        filter
    };
    let kinds: [fn(&mut Filter, AccountId); 3] = [
        |filter, who| filter.person = Some(who),
        |filter, who| filter.account = Some(who),
        |filter, who| filter.actor = Some(who),
    ];
    for of in kinds {
        // Nobody has to look through thousands of log-ins for it.
        let part = audit::list(&app.db, &filter(of, who, "role_changed"), (None, 10)).await;
        let part = part.unwrap();
        assert!(!part.is_early && part.next.is_none());
        assert_eq!(part.entries.len(), 1);
        assert_eq!(part.entries[0].account_id, Some(who));
        // Of somebody else there is none, and that is known at once as well.
        let part = audit::list(&app.db, &filter(of, other, "role_changed"), (None, 10)).await;
        let part = part.unwrap();
        assert!(part.entries.is_empty() && !part.is_early);
        // The frequent kind goes along what the person has done, as before, and behind a place.
        let logins = filter(of, who, "login");
        let first = audit::list(&app.db, &logins, (None, 10)).await.unwrap();
        assert_eq!(first.entries.len(), 10);
        let rest = audit::list(&app.db, &logins, (first.next, 10)).await;
        let rest = rest.unwrap().entries;
        assert_eq!(rest.len(), 10);
        assert!(rest[0].at < first.entries[9].at);
        assert!(rest.iter().all(|entry| entry.event == "login"));
    }
}
