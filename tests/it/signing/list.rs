//! Which keys there are, since when, and until when each is accepted.

use std::time::Duration;

use gatepost::sessions::Admin;
use gatepost::signing::{self, KeyState};

use crate::keys::rotate;
use crate::support::TestApp;

#[tokio::test]
async fn tells_since_when_and_until_when() {
    let app = TestApp::start().await;
    let begun = app.clock.now();
    app.clock.advance(Duration::from_hours(1));
    let new = rotate(&app).await;
    let rotated = app.clock.now();
    let keys = signing::list(&app, &Admin::operator()).await.unwrap();
    let [now, before] = keys.as_slice() else {
        panic!("{keys:?}");
    };
    assert_eq!(
        (now.kid.as_str(), now.state),
        (new.as_str(), KeyState::Signs)
    );
    assert_eq!((now.created_at, now.accepted_until), (rotated, None));
    assert_eq!(
        (before.created_at, before.state),
        (begun, KeyState::Verifies)
    );
    let lifetime = app.config.session.lifetime.get();
    assert_eq!(before.accepted_until, Some(rotated.plus(lifetime)));
    app.clock.advance(lifetime);
    let keys = signing::list(&app, &Admin::operator()).await.unwrap();
    assert_eq!(keys[1].state, KeyState::Over);
}
