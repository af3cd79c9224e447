//! Ready: whether this server should be sent requests: it can use the database, hash passwords, and is not about to stop.
//!
//! Door: `GET /readyz`.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use axum::extract::State;
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;

use super::live::Status;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Problem, Result};
use crate::http::input::Anyone;
use crate::http::openapi::NotReady;
use crate::http::{Checked, Json};

/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long its answer is good for: a flood of questions is no load for it.
const FRESH: Duration = Duration::from_secs(1);

/// How long passwords may wait, or be hashed, while none is done.
const STUCK: Duration = Duration::from_secs(30);

/// Watches whether the hashing lane gets on: how many it had done, and since when there was something to do and no more were
/// done, as far as anybody has looked.
#[derive(Debug, Default)]
pub struct Progress(Option<(u64, Timestamp)>);

impl Progress {
    /// Whether there is something to do and nothing was done for long: `open` wait or are being hashed, `done` were hashed.
    pub fn is_stuck(&mut self, (open, done): (usize, u64), now: Timestamp) -> bool {
        self.0 = match self.0 {
            _ if open == 0 => None,
            Some((before, since)) if before == done => Some((before, since)),
            _ => Some((done, now)),
        };
        self.0.is_some_and(|(_, since)| now.since(since) > STUCK)
    }
}

/// What is known of this server's health.
#[derive(Debug, Default)]
pub struct Health {
    draining: watch::Sender<bool>,
    hashing: std::sync::Mutex<Progress>,
    /// What was wrong with the database, and when that was found out. Others wait for whoever asks.
    database: Mutex<Option<(Instant, Option<Problem>)>>,
}

impl Health {
    /// From now on says that no more requests should come.
    pub fn drain(&self) {
        self.draining.send_replace(true);
    }

    /// Whether that was said, now or later: for what lasts longer than a request should.
    pub fn draining(&self) -> watch::Receiver<bool> {
        self.draining.subscribe()
    }

    fn is_hashing_stuck(&self, app: &App) -> bool {
        let lane = app.lane.figures();
        // Whoever waits in vain leaves at the deadline, and nobody may wait just now: what hangs shows by what it hangs on.
        let seen = (lane.queued + lane.running, lane.done);
        let mut hashing = self.hashing.lock().unwrap_or_else(PoisonError::into_inner);
        hashing.is_stuck(seen, app.clock.now())
    }

    async fn database(&self, app: &App) -> Option<Problem> {
        let mut known = self.database.lock().await;
        if let Some((at, found)) = *known
            && at.elapsed() < FRESH
        {
            return found;
        }
        let found = look(app).await;
        *known = Some((Instant::now(), found));
        found
    }
}

async fn look(app: &App) -> Option<Problem> {
    match timeout(PATIENCE, app.db.missing_migrations()).await {
        Ok(Ok(0)) => None,
        Ok(Ok(_)) => Some(Problem::MigrationsMissing),
        Ok(Err(fault)) => {
            tracing::warn!(cause = %fault, "not ready: the database failed");
            Some(Problem::DatabaseAway)
        }
        Err(_) => {
            tracing::warn!("not ready: the database does not answer in time");
            Some(Problem::DatabaseAway)
        }
    }
}

/// Refuses with what is wrong just now, unless requests should come.
pub async fn ready(app: &App) -> Result<()> {
    let wrong = if *app.health.draining.borrow() {
        Some(Problem::Draining)
    } else if app.health.is_hashing_stuck(app) {
        Some(Problem::HashingStuck)
    } else {
        app.health.database(app).await
    };
    match wrong {
        None => Ok(()),
        Some(problem) => Err(Error::TryLater(problem, FRESH)),
    }
}

/// Should requests be sent here?
///
/// For load balancers. The database is asked at most once a second, however often this is.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "health_ready",
    tag = "Health",
    security(()),
    responses((status = 200, description = "They should.", body = Status), NotReady)
)]
pub(super) async fn api(State(app): State<App>, _: Checked<Anyone>) -> Result<Json<Status>> {
    ready(&app).await?;
    Ok(Json(Status::OK))
}
