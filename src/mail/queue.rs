//! The queue as its operator sees it: what waits, what was sent, what was given up. Never what a mail says.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;
use utoipa::ToSchema;
use uuid::Uuid;

use super::queue_store as store;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Run;
use crate::error::Result;
use crate::ids::MailId;

/// A mail that is due this soon may be under way: moving it could send it twice.
const SOON: Duration = Duration::from_mins(2);

/// Mails that are made due in one portion, and how long others have the database between two.
const AT_ONCE: u32 = 1000;
const PAUSE: Duration = Duration::from_millis(5);

/// What "lately" means.
const LATELY: Duration = Duration::from_hours(24);

/// Why a mail was given up that somebody has given up.
const DROPPED: &str = "given up by an administrator";

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

impl Queued {
    /// Whether it can be tried again.
    pub fn may_retry(&self, now: Timestamp) -> bool {
        self.state != State::Sent && self.expires_at.is_none_or(|end| end > now)
    }
}

/// Which mails.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// In this state.
    pub state: Option<State>,
    /// To this address, in its normal form.
    pub to: Option<String>,
}

/// A place in a list of mails: the last one that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub(super) at: Timestamp,
    pub(super) id: MailId,
}

/// A part of a list of mails.
#[derive(Debug, Clone)]
pub struct QueuePart {
    /// The mails.
    pub mails: Vec<Queued>,
    /// Where the list goes on, if it does.
    pub next: Option<Spot>,
}

/// The queue in numbers that cost the same whatever there is in it: what is counted is counted up to `most`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct QueueCounts {
    /// Mails that wait.
    pub waiting: i64,
    /// Those of them that were tried in vain.
    pub retrying: i64,
    /// When the oldest of them was asked for.
    pub oldest_at: Option<Timestamp>,
    /// Mails that were given up in the last 30 days.
    pub dead: i64,
    /// Mails that were sent, of those that were asked for in the last 24 hours.
    pub sent: i64,
    /// The number that means that many or more.
    pub most: i64,
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

/// The queue in numbers, without counting all of it.
pub async fn queue_counts(app: &App) -> Result<QueueCounts> {
    let since = app.clock.now().minus(LATELY);
    Ok(store::count_some(&app.db, since).await?)
}

/// The newest mails to an address: that they were sent and what became of them, and never what they say.
pub async fn queue_to(app: &App, recipient: &str, limit: u32) -> Result<Vec<Queued>> {
    let to = Some(recipient.to_owned());
    let wanted = Wanted { state: None, to };
    Ok(store::list(&app.db, &wanted, (None, limit)).await?)
}

/// The first mails, those in one state if it is given.
pub async fn queue(app: &App, state: Option<State>, limit: u32) -> Result<Vec<Queued>> {
    let wanted = Wanted { state, to: None };
    Ok(store::list(&app.db, &wanted, (None, limit)).await?)
}

/// Mails that fit, behind `after` if it is given: the newest first, of those that wait the next one, of those that were given up the
/// latest.
pub async fn queue_part(
    app: &App,
    wanted: &Wanted,
    (after, limit): (Option<Spot>, u32),
) -> Result<QueuePart> {
    // One more than asked for tells whether there are others.
    let wish = (after, limit.saturating_add(1));
    let mut mails = store::list(&app.db, wanted, wish).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = mails.len() > limit;
    mails.truncate(limit);
    let last = mails.last().filter(|_| has_more);
    let next = last.map(|mail| Spot::of(mail, wanted));
    Ok(QueuePart { mails, next })
}

/// One mail.
pub async fn queued(run: &impl Run, id: MailId) -> Result<Option<Queued>> {
    Ok(store::find(run, id).await?)
}

/// Gives a mail up for good that was not sent: its content goes, and it is never tried again. One that a server is being told at
/// this moment may be sent all the same. `false`: there is no such mail.
pub async fn give_up(run: &impl Run, id: MailId, now: Timestamp) -> Result<bool> {
    Ok(store::set_dropped(run, id, (DROPPED, now)).await? > 0)
}

impl QueueCounts {
    /// One of these numbers in words.
    pub fn words(&self, count: i64) -> String {
        let more = if count == self.most { " or more" } else { "" };
        format!("{count}{more}")
    }
}

impl Spot {
    /// The place of a mail in the order of that list.
    fn of(mail: &Queued, wanted: &Wanted) -> Self {
        let at = match (&wanted.to, wanted.state) {
            (None, Some(State::Waiting)) => mail.due_at,
            (None, Some(State::Dead)) => mail.dead_at,
            _ => None,
        };
        Self {
            at: at.unwrap_or(mail.created_at),
            id: mail.id,
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.0, self.id)
    }
}

impl FromStr for Spot {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (at, id) = text.split_once('.')?;
            Some(Self {
                at: Timestamp(at.parse().ok()?),
                id: id.parse().ok()?,
            })
        };
        read().ok_or("this is no place in a list")
    }
}

/// Makes a mail that waits or was given up due now, as if it had never been tried; `false` when there is no such mail
/// or its link has expired. Whoever has committed it wakes the worker.
pub async fn retry(run: &impl Run, app: &App, id: MailId) -> Result<bool> {
    let now = app.clock.now();
    let changed = store::set_due(run, id, (now, now.plus(SOON))).await?;
    Ok(changed > 0)
}

/// The same for all of them; answers how many those were. In portions: after a long outage there are many, and whoever logs in
/// meanwhile waits for one portion and not for all.
pub async fn retry_all(run: &impl Run, app: &App) -> Result<u64> {
    let now = app.clock.now();
    let (mut after, mut count) = (MailId(Uuid::nil()), 0);
    loop {
        // Along the identifiers, each once: one that has failed again meanwhile is not begun again.
        let moved = store::set_some_due(run, after, (now, now.plus(SOON)), AT_ONCE).await?;
        let Some(last) = moved.iter().max() else {
            return Ok(count);
        };
        count += u64::try_from(moved.len()).unwrap_or_default();
        after = *last;
        sleep(PAUSE).await;
    }
}

/// How many that would be.
pub async fn count_unsent(run: &impl Run, app: &App) -> Result<u64> {
    Ok(store::count_unsent(run, app.clock.now()).await?)
}
