//! Lists of entries, and their places.

use std::time::Duration;

use gatepost::audit::{self, Entry, Event, Filter, Place};
use gatepost::ids::AccountId;

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
