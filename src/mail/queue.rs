//! The queue as its operator sees it: what waits, what was sent, what was given up. Never what a mail says.

use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use super::queue_store as store;
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::MailId;

/// A mail that is due this soon may be under way: moving it could send it twice.
const SOON: Duration = Duration::from_mins(2);

/// What became of a mail so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It will be tried.
    Waiting,
    /// A server has taken it.
    Sent,
    /// It was given up.
    Dead,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Sent, Self::Dead];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }
}

/// A mail of the queue.
#[derive(Debug, Clone, Serialize)]
pub struct Queued {
    /// Its identifier.
    pub id: MailId,
    /// The recipient.
    pub recipient: String,
    /// What became of it.
    pub state: State,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Tries that came to an end.
    pub attempts: u32,
    /// When the next try is due, while it waits.
    pub due_at: Option<Timestamp>,
    /// When a server took it.
    pub sent_at: Option<Timestamp>,
    /// When it was given up.
    pub dead_at: Option<Timestamp>,
    /// When its link will not work any more, if it has one.
    pub expires_at: Option<Timestamp>,
    /// Why the last try failed, or why it was given up.
    pub last_error: Option<String>,
    /// What kind of mail it is, such as `recovery/link`; `null` for one from before that was kept.
    pub kind: Option<String>,
}

/// The queue in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct QueueSize {
    /// Mails that wait.
    #[schema(example = 0)]
    pub waiting: i64,
    /// When the oldest of them was asked for (RFC 3339).
    #[schema(value_type = Option<String>, format = DateTime, required = true, example = json!(null))]
    pub oldest_at: Option<Timestamp>,
    /// Mails that were given up in the last 30 days.
    #[schema(example = 0)]
    pub dead: i64,
}

/// How many mails wait or were given up.
pub async fn queue_size(app: &App) -> Result<QueueSize> {
    let (waiting, oldest_at, dead) = store::count(&app.db).await?;
    Ok(QueueSize {
        waiting,
        oldest_at,
        dead,
    })
}

/// The newest mails to an address: that they were sent and what became of them, and never what they say.
pub async fn queue_to(app: &App, recipient: &str, limit: u32) -> Result<Vec<Queued>> {
    Ok(store::list_to(&app.db, recipient, limit).await?)
}

/// The newest mails, those in one state if it is given.
pub async fn queue(app: &App, state: Option<State>, limit: u32) -> Result<Vec<Queued>> {
    Ok(store::list(&app.db, state, limit).await?)
}

/// Makes a mail that waits or was given up due now, as if it had never been tried; `false` when there is no such mail
/// or its link has expired.
pub async fn retry(app: &App, id: MailId) -> Result<bool> {
    let now = app.clock.now();
    let changed = store::set_due(&app.db, id, (now, now.plus(SOON))).await?;
    app.post.wake();
    Ok(changed > 0)
}

/// The same for all of them; answers how many those were.
pub async fn retry_all(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let changed = store::set_all_due(&app.db, (now, now.plus(SOON))).await?;
    app.post.wake();
    Ok(changed)
}
