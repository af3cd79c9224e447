//! Lists that may be a moment old come from a standby, as long as it is near; nobody notices when it is not.

use std::time::Duration;

use gatepost::config::{Config, Period};
use gatepost::db::{Age, Dialect, Fault, ReplicaState, Run, Standing};
use gatepost::metrics;
use gatepost::sessions::Staff;
use gatepost::transfer::{self, Format};
use serde_json::Value;

use crate::support::database::standby::Standby;
use crate::support::{TestApp, patient};

/// Longer than anything that somebody has done is within the moment by which a list may be old.
const LATER: Duration = Duration::from_hours(2);

fn state_of(app: &TestApp) -> ReplicaState {
    app.db.replica_state().expect("a replica is followed")
}

/// Waits until the node sees it so. Lists go on being answered meanwhile.
async fn wait_for(app: &TestApp, standing: Standing) {
    for _ in 0..3000 {
        if state_of(app).standing == standing {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it is {:?}", state_of(app));
}

fn with(standby: &Standby, lag_max: Period) -> impl Fn(&mut Config) {
    let standby = standby.url("postgres://gatepost@127.0.0.1/");
    move |config| {
        patient(config);
        let mut url = url::Url::parse(config.database.url.expose()).unwrap();
        url.set_port(url::Url::parse(&standby).unwrap().port())
            .unwrap();
        config.database.replica_url = url.as_str().into();
        config.database.replica_lag_max = lag_max;
    }
}

/// The addresses in the list of people, as the administrator sees it, with whether each is locked.
async fn people(node: &TestApp, token: &str) -> Vec<(String, bool)> {
    let page: Value = node.get("/users/").bearer(token).await.expect(200).json();
    let items = page["items"].as_array().unwrap();
    assert_eq!(
        page["total"],
        items.len(),
        "the number and the page are of one moment"
    );
    let row = |item: &Value| {
        let email = item["email"].as_str().unwrap().to_owned();
        (email, item["is_locked"].as_bool().unwrap())
    };
    items.iter().map(row).collect()
}

/// Waits until the standby, which may have a moment to go, shows so many.
async fn wait_for_people(node: &TestApp, token: &str, count: usize) {
    for _ in 0..3000 {
        if people(node, token).await.len() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("there are {:?}", people(node, token).await);
}

/// A node that reads from a standby, an administrator, and somebody else.
async fn begin(standby: &Standby) -> (TestApp, String) {
    let app = TestApp::with(with(standby, Period::hours(1))).await;
    let token = app.admin().await.token.clone();
    app.register("ann@example.com").await;
    app.db.follow_replica().await.unwrap();
    wait_for(&app, Standing::Near).await;
    app.clock.advance(LATER);
    (app, token)
}

#[tokio::test]
async fn lists_are_read_there_and_what_one_has_done_oneself_is_seen_at_once() {
    let Some(standby) = Standby::create() else {
        return;
    };
    let (app, token) = begin(&standby).await;
    wait_for_people(&app, &token, 2).await;
    standby.pause().await;
    let bob = app.register("bob@example.com").await;
    let reads = state_of(&app).reads;
    assert_eq!(
        people(&app, &token).await.len(),
        2,
        "it is read at the standby"
    );
    assert_eq!(state_of(&app).reads, reads + 1);

    // Whoever does something sees it, on whichever node; others see it a moment later.
    let lock = format!("/users/{}/lock", bob["id"].as_str().unwrap());
    app.post(&lock).bearer(&token).await.expect(200);
    let node = app.second_node_with(with(&standby, Period::hours(1))).await;
    node.db.follow_replica().await.unwrap();
    for node in [&app, &node] {
        let rows = people(node, &token).await;
        assert!(rows.contains(&("bob@example.com".into(), true)), "{rows:?}");
    }
    app.clock.advance(LATER);
    assert_eq!(people(&app, &token).await.len(), 2);

    // Who moves elsewhere takes everybody along, however late the standby is.
    let mut lines = 0;
    let count = |_: &str| {
        lines += 1;
        Ok(())
    };
    let exported = transfer::export(&app, &Staff::operator(), (Format::Jsonl, false), count).await;
    assert_eq!((exported.unwrap(), lines), (3, 3));

    // With a bound of a second it is too late soon, and the list comes from the primary.
    let strict = app
        .second_node_with(with(&standby, Period::seconds(1)))
        .await;
    strict.db.follow_replica().await.unwrap();
    wait_for(&strict, Standing::Behind).await;
    assert_eq!(people(&strict, &token).await.len(), 3);
    let told = metrics::show(&strict).await;
    assert!(told.contains("gatepost_replica_near 0\n"), "{told}");
    assert!(
        told.contains("gatepost_replica_fallbacks_total{reason=\"behind\"} "),
        "{told}"
    );
    standby.resume().await;
    wait_for(&strict, Standing::Near).await;
    wait_for_people(&app, &token, 3).await;
    let told = metrics::show(&app).await;
    assert!(told.contains("gatepost_replica_near 1\n"), "{told}");
}

#[tokio::test]
async fn a_standby_that_dies_fails_nothing_and_is_used_again_when_it_is_back() {
    let Some(standby) = Standby::create() else {
        return;
    };
    let (app, token) = begin(&standby).await;
    people(&app, &token).await;

    // What fails there, such as a statement that recovery cancels, is done again at the primary.
    let before = state_of(&app).fallbacks;
    let sql = "SELECT CAST(txid_current() AS BIGINT) AS number";
    let read = app
        .db
        .read(Age::Late, async |run| run.one(sql, &[]).await)
        .await;
    assert!(read.unwrap().get::<i64>("number").unwrap() > 0);
    let after = state_of(&app).fallbacks;
    assert!(after.contains(&("failed", 1)), "{before:?} {after:?}");

    let killing = tokio::task::spawn_blocking(move || {
        standby.kill();
        standby
    });
    while !killing.is_finished() {
        people(&app, &token).await;
    }
    let standby = killing.await.unwrap();
    people(&app, &token).await;
    wait_for(&app, Standing::Away).await;
    people(&app, &token).await;
    let found = state_of(&app);
    assert!(
        found.fallbacks.iter().any(|(reason, _)| *reason == "away"),
        "{found:?}"
    );

    standby.start();
    wait_for(&app, Standing::Near).await;
    let reads = state_of(&app).reads;
    people(&app, &token).await;
    assert_eq!(state_of(&app).reads, reads + 1);

    // After a failover it is a primary, and nobody's standby.
    standby.promote();
    wait_for(&app, Standing::NoStandby).await;
    people(&app, &token).await;
    assert_eq!(state_of(&app).reads, reads + 1);
}

#[tokio::test]
async fn whoever_waits_for_a_standby_that_hangs_gets_his_list_from_the_primary() {
    let Some(standby) = Standby::create() else {
        return;
    };
    let (app, token) = begin(&standby).await;
    wait_for_people(&app, &token, 2).await;
    standby.freeze(true);
    // This one meets it, the next ones do not try.
    for _ in 0..5 {
        people(&app, &token).await;
    }
    wait_for(&app, Standing::Away).await;
    standby.freeze(false);
    wait_for(&app, Standing::Near).await;
    let reads = state_of(&app).reads;
    people(&app, &token).await;
    assert_eq!(state_of(&app).reads, reads + 1);
}

#[tokio::test]
async fn the_log_and_the_people_of_the_console_are_read_there() {
    let Some(standby) = Standby::create() else {
        return;
    };
    let (app, token) = begin(&standby).await;
    let browser = crate::sessions::browser(&app, "admin@example.com").await;
    app.clock.advance(LATER);
    for (page, count) in [
        ("/admin/people", 1),
        ("/admin/audit", 1),
        ("/admin", 1),
        // What is there just now, and what somebody is about to change.
        ("/admin/system", 0),
        ("/admin/mail", 0),
        ("/sessions", 0),
    ] {
        let reads = state_of(&app).reads;
        browser.open(page).await.expect(200, page);
        assert_eq!(state_of(&app).reads, reads + count, "{page}");
    }
    let reads = state_of(&app).reads;
    app.get("/audit").bearer(&token).await.expect(200);
    app.get("/statistics").bearer(&token).await.expect(200);
    assert_eq!(state_of(&app).reads, reads + 2);
    let page = browser
        .open("/admin/system")
        .await
        .expect(200, "/admin/system");
    page.shows("Replica is behind by")
        .shows("and 0 at the primary because it could not be used");
    assert!(
        !page.html.contains("The replica is not used"),
        "{}",
        page.html
    );
}

#[tokio::test]
async fn what_is_no_standby_of_this_database_is_refused() {
    let app = TestApp::start().await;
    if app.db.dialect() == Dialect::Sqlite {
        assert!(
            app.db
                .clone()
                .with_replica("postgres://host/x", 1, LATER)
                .is_err()
        );
        return;
    }
    let own = app.config.database.url.expose().to_owned();
    let mut other = url::Url::parse(&own).unwrap();
    other.set_path("postgres");
    for (url, why) in [
        (own, "It is no standby: it accepts writes."),
        (other.into(), "another database."),
    ] {
        let db = app.db.clone().with_replica(&url, 2, LATER).unwrap();
        let refused = db.follow_replica().await.unwrap_err();
        assert!(refused.contains(why), "{refused}");
        assert!(refused.contains("database.replica_url"), "{refused}");
        let seen = db.examine_replica().await.unwrap().unwrap();
        assert!(seen.standing.is_wrong());
        assert!(!db.has_replica());
    }
}

#[tokio::test]
async fn one_that_is_not_there_keeps_nobody_from_starting() {
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nowhere.local_addr().unwrap().port();
    drop(nowhere);
    let app = TestApp::start().await;
    if app.db.dialect() == Dialect::Sqlite {
        return;
    }
    let url = format!("postgres://gatepost:hunter2@127.0.0.1:{port}/gatepost");
    let db = app.db.clone().with_replica(&url, 2, LATER).unwrap();
    db.follow_replica().await.unwrap();
    let read = db.read(Age::Late, async |run| run.one("SELECT 1 AS one", &[]).await);
    read.await.unwrap();
    let found = db.replica_state().unwrap();
    assert_eq!((found.standing, found.reads), (Standing::Away, 0));
    assert_eq!(found.fallbacks, [("away", 1)]);
    let fault = db.examine_replica().await.unwrap_err().to_string();
    assert!(!fault.contains("hunter2"), "{fault}");
}

#[tokio::test]
async fn a_list_cannot_write_wherever_it_is_read() {
    let app = TestApp::start().await;
    let write = "INSERT INTO guards (name, touched_at) VALUES ('written', 0)";
    let returning = format!("{write} RETURNING name");
    let done = app
        .db
        .read(Age::Late, async |run| run.execute(write, &[]).await);
    assert!(matches!(done.await, Err(Fault::Other(_))));
    let done = app
        .db
        .read(Age::Now, async |run| run.all(&returning, &[]).await);
    assert!(matches!(done.await, Err(Fault::Other(_))));
    let done = app
        .db
        .read(Age::Now, async |run| run.optional(&returning, &[]).await);
    assert!(matches!(done.await, Err(Fault::Other(_))));
    assert!(super::find(&app.db, "written").await.is_none());
}
