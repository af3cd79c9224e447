//! What must hold when many do the same at the same moment: on threads of their own, round after round.

mod acting;
mod addresses;
mod administrators;
mod changes;
mod invitations;
mod passwords;
mod recovery;
mod registrations;
mod sessions;

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::support::{Answer, TestApp, app_with};

const ROUNDS: usize = 20;

/// Rounds of a race that takes little time: so many as `GATEPOST_TEST_ROUNDS` says.
fn rounds() -> usize {
    let wanted = std::env::var("GATEPOST_TEST_ROUNDS").ok();
    wanted.map_or(ROUNDS, |rounds| rounds.parse().expect("a number of rounds"))
}

/// Runs `count` requests that begin together, and answers their answers.
async fn at_once<F>(count: usize, request: impl Fn(usize) -> F) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(count));
    let mut running = JoinSet::new();
    for number in 0..count {
        let (barrier, request) = (Arc::clone(&barrier), request(number));
        running.spawn(async move {
            barrier.wait().await;
            request.await
        });
    }
    running.join_all().await
}

/// How many answers have the status; each of the others must have one of `others`.
#[track_caller]
fn count(answers: &[Answer], status: u16, others: &[u16]) -> usize {
    for answer in answers {
        assert!(
            answer.status == status || others.contains(&answer.status),
            "{answer:#?}"
        );
    }
    answers
        .iter()
        .filter(|answer| answer.status == status)
        .count()
}

async fn start() -> Arc<TestApp> {
    let app = app_with(|config| config.registration.per_network = 1_000_000).await;
    app.admin().await;
    Arc::new(app)
}

/// The administrators who can log in, by the database.
async fn administrators(app: &TestApp) -> usize {
    use gatepost::db::Run;

    let sql = "SELECT id FROM accounts WHERE role = 'ADMIN' AND locked_at IS NULL";
    app.db.all(sql, &[]).await.unwrap().len()
}
