//! Reads by key, which PostgreSQL answers together: everybody gets his own row, as it is after he asked.

use std::time::Duration;

use futures_util::future::{join_all, poll_immediate};
use gatepost::app;
use gatepost::db::{Db, Dialect, Fault, Run};
use gatepost::ids::MailId;
use gatepost::params;

use super::restart::break_connections;
use crate::support::TestApp;

/// The statements of the program that are asked like this.
const BY_KEY: [&str; 3] = [
    "sessions FIND_CURRENT",
    "sessions FIND_CURRENT_OWN",
    "sessions FIND_REFRESHABLE",
];

const FIND: &str = "SELECT id, recipient FROM outbox WHERE id = $1 AND due_at > $2";

async fn insert(app: &TestApp, recipient: &str) -> MailId {
    let id = MailId::new();
    let sql = "INSERT INTO outbox (id, recipient, sealed, created_at, due_at, attempts)
        VALUES ($1, $2, $3, 0, 100, 0)";
    let values = params![id, recipient, &[0_u8][..]];
    app.db.execute(sql, values).await.unwrap();
    id
}

async fn find(app: &TestApp, id: MailId) -> Result<Option<String>, Fault> {
    let row = app.db.by_key(FIND, id, params![0_i64]).await?;
    row.map(|row| row.get("recipient")).transpose()
}

#[tokio::test]
async fn each_of_many_gets_his_own() {
    let app = TestApp::start().await;
    let (mut ids, mut wanted) = (Vec::new(), Vec::new());
    // More than go together, some twice, and between them some that are nowhere.
    for number in 0..150 {
        let recipient = format!("number{number}@example.com");
        let id = insert(&app, &recipient).await;
        ids.extend([id, MailId::new(), id]);
        wanted.extend([Some(recipient.clone()), None, Some(recipient)]);
    }
    let found = join_all(ids.iter().map(|id| find(&app, *id))).await;
    let found: Vec<_> = found.into_iter().map(Result::unwrap).collect();
    assert_eq!(found, wanted);
}

/// Takes a moment on PostgreSQL, so that whoever comes next has to wait in line.
const FIND_SLOWLY: &str = "SELECT id, recipient FROM outbox WHERE id = $1 AND due_at > $2 AND (SELECT 1 FROM pg_sleep(0.05)) = 1";

#[tokio::test]
async fn nobody_is_answered_from_before_he_asked() {
    let app = TestApp::start().await;
    if app.db.dialect() != Dialect::Postgres {
        return;
    }
    let id = insert(&app, "old").await;
    let moments = params![0_i64];
    let slowly = || async {
        let row = app.db.by_key(FIND_SLOWLY, id, moments).await.unwrap();
        row.unwrap().get::<String>("recipient").unwrap()
    };
    for round in 0..5 {
        let new = format!("round {round}");
        let later = async {
            // All ways are taken by those who have asked.
            tokio::time::sleep(Duration::from_millis(10)).await;
            let sql = "UPDATE outbox SET recipient = $2 WHERE id = $1";
            app.db.execute(sql, params![id, &new]).await.unwrap();
            join_all((0..5).map(|_| slowly())).await
        };
        let (_, found) = tokio::join!(join_all((0..3).map(|_| slowly())), later);
        assert!(found.iter().all(|found| *found == new), "{found:?}");
    }
}

/// Hangs for whoever looks for the one key, and for nobody else.
const FIND_HANGING: &str = "SELECT id, recipient FROM outbox WHERE id = $1 AND due_at > $2
    AND (SELECT 1 FROM pg_sleep(CASE WHEN recipient = 'slow' THEN 3 ELSE 0 END)) = 1";

#[tokio::test]
async fn a_statement_that_hangs_holds_up_nobody_who_comes_later() {
    let app = TestApp::start().await;
    if app.db.dialect() != Dialect::Postgres {
        return;
    }
    let (slow, quick) = (insert(&app, "slow").await, insert(&app, "quick").await);
    // With as many connections as are usual, of which more than one is shared.
    let db = Db::open_postgres(app.config.database.url.expose(), 16)
        .await
        .unwrap();
    let find = |id: MailId| {
        let db = db.clone();
        tokio::spawn(async move { db.by_key(FIND_HANGING, id, params![0_i64]).await })
    };
    // Every way is taken by one that hangs.
    let hanging: Vec<_> = (0..2).map(|_| find(slow)).collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let answered = (0..20).map(|_| find(quick));
    for found in join_all(answered).await {
        assert!(found.unwrap().unwrap().is_some());
    }
    assert!(hanging.iter().all(|one| !one.is_finished()));
    for found in join_all(hanging).await {
        assert!(found.unwrap().unwrap().is_some());
    }
}

#[tokio::test]
async fn whoever_hangs_up_takes_nobody_with_him() {
    let app = TestApp::start().await;
    let id = insert(&app, "somebody").await;
    for _ in 0..20 {
        let mut gone: Vec<_> = (0..5).map(|_| Box::pin(find(&app, id))).collect();
        for asked in &mut gone {
            // SQLite answers at once.
            let _ = poll_immediate(asked).await;
        }
        let stays = join_all((0..5).map(|_| find(&app, id)));
        drop(gone);
        for found in stays.await {
            assert_eq!(found.unwrap().as_deref(), Some("somebody"));
        }
    }
}

/// Whoever computes beside the database server rests meanwhile.
#[tokio::test]
async fn a_read_is_on_its_way_until_it_is_answered_or_given_up() {
    let app = TestApp::start().await;
    let id = insert(&app, "somebody").await;
    let reads = app.db.on_the_way();
    let is_beside = app.db.dialect() == Dialect::Postgres;
    for is_given_up in [false, true] {
        assert!(!reads.is_any());
        let mut asked = Box::pin(find(&app, id));
        let answer = poll_immediate(&mut asked).await;
        assert_eq!(answer.is_none(), is_beside);
        assert_eq!(reads.is_any(), is_beside);
        if is_beside && !is_given_up {
            assert_eq!(asked.await.unwrap().as_deref(), Some("somebody"));
        } else {
            drop(asked);
        }
    }
    assert!(!reads.is_any());
}

#[tokio::test]
async fn a_restart_of_the_database_is_not_felt() {
    let app = TestApp::start().await;
    if app.db.dialect() != Dialect::Postgres {
        return;
    }
    let id = insert(&app, "somebody").await;
    for _ in 0..3 {
        assert!(find(&app, id).await.unwrap().is_some());
        break_connections(&app.second_node().await).await;
        for found in join_all((0..12).map(|_| find(&app, id))).await {
            assert_eq!(found.unwrap().as_deref(), Some("somebody"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_statement_that_fails_fails_for_everybody_and_stops_nobody() {
    let app = TestApp::start().await;
    let id = insert(&app, "somebody").await;
    let picky = "SELECT id, recipient FROM outbox WHERE id = $1 AND due_at > $2 AND 1 / CAST($2 AS BIGINT) = 1";
    for round in 0..20_i64 {
        // More than go together.
        let asked = (0..300).map(|_| {
            let db = app.db.clone();
            tokio::spawn(async move { db.by_key(picky, id, params![round % 2]).await })
        });
        let found = tokio::time::timeout(Duration::from_mins(1), join_all(asked)).await;
        for found in found.expect("everybody has an answer") {
            let found = found.unwrap();
            match (round % 2, app.db.dialect()) {
                (0, Dialect::Postgres) => assert!(found.is_err()),
                // SQLite divides by nothing, and gets nothing.
                (0, Dialect::Sqlite) => assert!(found.unwrap().is_none()),
                _ => assert!(found.unwrap().is_some()),
            }
        }
    }
}

#[tokio::test]
async fn the_statements_for_many_are_understood() {
    let app = TestApp::start().await;
    let statements = app::statements(app.db.dialect());
    for name in BY_KEY {
        let of_name = statements.iter().find(|(found, _)| found == name);
        let (_, sql) = of_name.expect(name);
        app.db.prepare_by_key(sql).await.expect(name);
    }
}

/// How a connection that is shared was told to plan.
async fn settings(db: &Db) -> Vec<String> {
    // A text is no key: it is asked for alone, and over a shared connection as well.
    let sql = "SELECT concat_ws(',', current_setting('enable_seqscan'), current_setting('enable_material'),
        current_setting('enable_hashjoin'), current_setting('enable_mergejoin'), current_setting('jit')) AS found WHERE $1 = 'all'";
    let row = db.by_key(sql, "all", &[]).await.unwrap().unwrap();
    let found: String = row.get("found").unwrap();
    found.split(',').map(str::to_owned).collect()
}

/// A plan is kept that was made when hardly anybody had logged in, and an hour later it must still be right.
#[tokio::test]
async fn a_new_database_finds_rows_by_their_primary_keys_alone() {
    let app = TestApp::start().await;
    if app.db.dialect() != Dialect::Postgres {
        // Its plans are those of `statements::none_reads_a_whole_table`.
        return;
    }
    let db = Db::open_postgres(app.config.database.url.expose(), 16)
        .await
        .unwrap();
    assert_eq!(settings(&db).await, ["off"; 5]);
    let statements = app::statements(Dialect::Postgres);
    for name in BY_KEY {
        let (_, sql) = statements.iter().find(|(found, _)| found == name).unwrap();
        for sql in [sql.clone(), sql.replacen("= $1", "= ANY($1)", 1)] {
            let plan = kept_plan(&db, &sql).await;
            let is_by_key = |line: &&String| {
                let index = line
                    .split(" using ")
                    .nth(1)
                    .or(line.split("Index Scan on ").nth(1));
                index.is_none_or(|index| index.split(' ').next().unwrap().ends_with("_pkey"))
            };
            let others = ["Seq Scan", "Materialize", "Hash", "Merge"];
            for line in &plan {
                let is_another = others.iter().any(|other| line.contains(other));
                assert!(!is_another && is_by_key(&line), "{sql}\n{plan:#?}");
            }
            assert!(plan.iter().any(|line| line.contains("_pkey")), "{plan:#?}");
        }
    }
}

/// How many connections the database has.
async fn connected(db: &Db) -> i64 {
    let sql = "SELECT COUNT(*) AS number FROM pg_stat_activity WHERE datname = current_database()";
    db.one(sql, &[]).await.unwrap().get("number").unwrap()
}

/// What they are told is wrong for a list, which would then read a small table as if it were endless.
#[tokio::test]
async fn what_shared_connections_are_told_holds_for_no_other() {
    let app = TestApp::start().await;
    if app.db.dialect() != Dialect::Postgres {
        return;
    }
    let url = app.config.database.url.expose();
    let db = Db::open_postgres(url, 16).await.unwrap();
    let others = connected(&app.db).await;
    let watch = async {
        let mut most = 0;
        for _ in 0..50 {
            most = most.max(connected(&app.db).await);
        }
        most
    };
    // All at once find none that is shared.
    let (told, most) = tokio::join!(join_all((0..200).map(|_| settings(&db))), watch);
    assert!(told.iter().all(|told| told == &["off"; 5]), "{told:?}");
    // Those who watch may have one more.
    assert!(most <= others + 16 + 2, "{most}, {others} of them others'");
    let read = || async {
        let sql = "SELECT current_setting('enable_seqscan') AS found FROM pg_sleep(0.05)";
        let rows = db.all(sql, &[]).await.unwrap();
        rows[0].get::<String>("found").unwrap()
    };
    let found = join_all((0..24).map(|_| read())).await;
    assert_eq!(found, ["on"; 24]);
}

/// The plan for all values, as a shared connection makes it.
async fn kept_plan(db: &Db, sql: &str) -> Vec<String> {
    let plan = db.transaction(|tx| async move {
        for setting in ["seqscan", "material", "hashjoin", "mergejoin"] {
            tx.execute(&format!("SET LOCAL enable_{setting} = off"), &[])
                .await?;
        }
        tx.execute("SET LOCAL plan_cache_mode = force_generic_plan", &[])
            .await?;
        tx.execute(&format!("PREPARE kept AS {sql}"), &[]).await?;
        let rows = tx.all("EXPLAIN EXECUTE kept (NULL, 0, 0)", &[]).await?;
        tx.execute("DEALLOCATE kept", &[]).await?;
        rows.iter().map(|row| row.get("QUERY PLAN")).collect()
    });
    plan.await.unwrap()
}
