//! `GET /users/`: from when to when.

use std::time::Duration;

use super::filters::found;
use crate::support::{TestApp, patient};

#[tokio::test]
async fn filters_by_creation_with_its_beginning_and_without_its_end() {
    let app = TestApp::with(patient).await;
    app.admin().await;
    let mut moments = Vec::new();
    for name in ["one", "two", "three"] {
        app.clock.advance(Duration::from_hours(1));
        moments.push(app.clock.now().to_string());
        app.register(&format!("{name}@example.com")).await;
    }
    let [one, two, three] = [&moments[0], &moments[1], &moments[2]];
    assert_eq!(
        found(&app, &format!("created_from={two}")).await,
        ["two", "three"]
    );
    assert_eq!(
        found(&app, &format!("created_to={two}")).await,
        ["admin", "one"]
    );
    assert_eq!(
        found(&app, &format!("created_from={one}&created_to={three}")).await,
        ["one", "two"]
    );
    assert!(
        found(&app, &format!("created_from={two}&created_to={two}"))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn takes_a_date_or_a_moment_with_its_offset() {
    let app = TestApp::start().await;
    let made = app.admin().await;
    let made = crate::accounts::user(&app, &made.id).await["created_at"]
        .as_str()
        .unwrap()
        .to_owned();
    let today = &made[..10];
    assert_eq!(
        found(&app, &format!("created_from={today}")).await,
        ["admin"]
    );
    assert!(found(&app, &format!("created_to={today}")).await.is_empty());
    for (moment, count) in [
        ("2999-12-31", 0),
        ("2999-12-31T23:59:59Z", 0),
        ("2000-01-01T00:00:00%2B05:30", 1),
        ("2000-01-01T00:00:00.123456-08:00", 1),
    ] {
        assert_eq!(
            found(&app, &format!("created_from={moment}")).await.len(),
            count,
            "{moment}"
        );
    }
}
