//! Limits: how often something may happen, counted in the database and so by all nodes together.
//!
//! A leaky bucket for each thing that is counted (the generic cell rate algorithm, ITU-T I.371): so many in a window,
//! then as many again as time passes.

mod store;

use std::time::Duration;

pub(crate) use store::STATEMENTS;

use crate::app::App;
use crate::clock::Timestamp;
use crate::crypto;
use crate::db::Run;
use crate::error::{Error, Problem, Result};

/// How far the clocks of two nodes may be apart. A bucket that is fuller than full by more was filled before the clock was set
/// back: it counts as empty, or else nobody could do anything until the clock has come there again.
const CLOCKS_DIFFER: Duration = Duration::from_secs(30);

/// What is counted by limits that refuse, as the buckets and the metrics name it.
pub const KINDS: [&str; 10] = [
    "email_changes",
    "exports",
    "failed logins",
    "invitations_refused",
    "invitations_to_address",
    "mails_of_network",
    "mails_to_address",
    "recoveries_refused",
    "register",
    "undos_refused",
];

/// How often something may happen.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// So many times …
    pub most: u32,
    /// … within this time.
    pub window: Duration,
}

/// The bucket of `kind` for whatever `key` names: a digest, because anything may have been typed.
pub fn bucket(kind: &str, key: &str) -> String {
    format!("{kind}:{}", crypto::hex(&crypto::digest(key.as_bytes())))
}

/// Counts one more and answers `true`, unless the bucket is full. Of many at once no more than allowed get `true`.
pub async fn take(run: &impl Run, bucket: &str, rate: Rate, now: Timestamp) -> Result<bool> {
    Ok(store::take(run, bucket, rate.millis(), (now, rate.most_full(now))).await?)
}

/// Counts one more, or refuses with a 429 that says when to come back.
pub async fn require(app: &App, run: &impl Run, bucket: &str, rate: Rate) -> Result<()> {
    let now = app.clock.now();
    if take(run, bucket, rate, now).await? {
        return Ok(());
    }
    let wait = wait(run, bucket, rate, now).await?;
    Err(refused(app, bucket, wait.unwrap_or(Duration::from_secs(1))))
}

/// Refuses when the bucket is full. Fills nothing.
pub async fn look(app: &App, bucket: &str, rate: Rate) -> Result<()> {
    match wait(&app.db, bucket, rate, app.clock.now()).await? {
        None => Ok(()),
        Some(wait) => Err(refused(app, bucket, wait)),
    }
}

/// Whether one more would be allowed. Fills nothing.
pub async fn has_room(run: &impl Run, bucket: &str, rate: Rate, now: Timestamp) -> Result<bool> {
    Ok(wait(run, bucket, rate, now).await?.is_none())
}

/// The refusal by a full bucket, which is counted.
pub fn refused(app: &App, bucket: &str, wait: Duration) -> Error {
    note_refusal(app, bucket);
    Error::TryLater(Problem::TooManyRequests, wait)
}

/// Counts for the metrics that a limit has refused something.
pub fn note_refusal(app: &App, bucket: &str) {
    let kind = KINDS.iter().find(|kind| {
        let rest = bucket.strip_prefix(**kind);
        rest.is_some_and(|rest| rest.starts_with(':'))
    });
    app.metering.limited.add(kind.unwrap_or(&"other"), 1);
}

/// How long until one more is allowed in each of two buckets, in one look; `None` when it is allowed now.
pub async fn waits(
    run: &impl Run,
    buckets: [(&str, Rate); 2],
    now: Timestamp,
) -> Result<[Option<Duration>; 2]> {
    let names = buckets.map(|(bucket, _)| bucket);
    let [one, other] = store::find_two(run, names).await?;
    let [(_, rate), (_, other_rate)] = buckets;
    Ok([rate.wait(one, now), other_rate.wait(other, now)])
}

async fn wait(
    run: &impl Run,
    bucket: &str,
    rate: Rate,
    now: Timestamp,
) -> Result<Option<Duration>> {
    Ok(rate.wait(store::find(run, bucket).await?, now))
}

/// Forgets buckets that are empty.
pub async fn purge(app: &App) -> Result<u64> {
    Ok(store::delete_empty(&app.db, app.clock.now()).await?)
}

impl Rate {
    /// How long until one more is allowed in a bucket that will be empty at that moment; `None` when it is allowed now.
    fn wait(self, empty_at: Option<Timestamp>, now: Timestamp) -> Option<Duration> {
        let (drop, window) = self.millis();
        let found = empty_at.filter(|empty_at| *empty_at <= self.most_full(now));
        let empty_at = found.unwrap_or(now).max(now);
        let wait = (empty_at.0 - now.0 + drop).saturating_sub(window);
        (wait > 0).then(|| Duration::from_millis(u64::try_from(wait).unwrap_or(0)))
    }

    /// When a bucket that is as full as can be is empty, by the fastest clock of all nodes.
    fn most_full(self, now: Timestamp) -> Timestamp {
        now.plus(self.window).plus(CLOCKS_DIFFER)
    }

    /// The time in which one drop leaks away, and the window, both in milliseconds.
    fn millis(self) -> (i64, i64) {
        let window = i64::try_from(self.window.as_millis()).unwrap_or(i64::MAX / 4);
        ((window / i64::from(self.most.max(1))).max(1), window)
    }
}
