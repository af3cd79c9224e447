//! Decoys: what a password is compared with when there is no account, so that it takes as long as if there were one.
//!
//! Imported hashes cost other than our own until their owners log in. If every unknown address cost what our own hashes cost, the
//! time of a wrong password would tell who has been imported. So unknown addresses cost what the accounts of this server cost,
//! in the same proportions; which of them is decided by a keyed digest of the address, and does not change from one try to the
//! next. As imported hashes are replaced, unknown addresses follow.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::foreign;
use crate::app::App;
use crate::crypto;
use crate::db::{Result, Run};
use crate::{params, statements};

statements! {
    COUNT_KINDS = "SELECT hash_kind, COUNT(*) AS accounts FROM accounts WHERE hash_kind IS NOT NULL GROUP BY hash_kind
        ORDER BY COUNT(*) DESC, hash_kind LIMIT $1";
    COUNT_ACCOUNTS = "SELECT CAST(SUM(total) AS BIGINT) AS accounts FROM account_counts";
}

/// How old the proportions may be.
const AGE: Duration = Duration::from_mins(1);
/// Kinds that are told apart; rarer ones pass for our own.
const MOST_KINDS: i64 = 50;

/// The proportions of the kinds of hashes, looked up now and then.
#[derive(Default)]
pub struct Decoys {
    /// When they were last looked up, in milliseconds since 1970.
    looked_up_at: AtomicI64,
    shares: Mutex<Vec<Share>>,
}

/// A kind of hash, and up to where on the line from 0 to 1 it reaches.
struct Share {
    up_to: f64,
    kind: String,
}

impl Decoys {
    /// Looks the proportions up, behind the back of whoever asks, when they are old.
    pub fn freshen(&self, app: &App) {
        let now = app.clock.now();
        let before = self.looked_up_at.load(Ordering::Relaxed);
        if now.0.saturating_sub(before) < i64::try_from(AGE.as_millis()).unwrap_or(i64::MAX) {
            return;
        }
        let exchanged =
            self.looked_up_at
                .compare_exchange(before, now.0, Ordering::Relaxed, Ordering::Relaxed);
        if exchanged.is_ok() {
            let app = app.clone();
            tokio::spawn(async move {
                if let Err(error) = app.decoys.look_up(&app).await {
                    tracing::warn!(%error, "the kinds of password hashes cannot be counted");
                }
            });
        }
    }

    /// Looks the proportions up.
    pub async fn look_up(&self, app: &App) -> Result<()> {
        let rows = app.db.all(COUNT_KINDS, params![MOST_KINDS]).await?;
        let mut shares = Vec::new();
        if !rows.is_empty() {
            let all: i64 = app.db.one(COUNT_ACCOUNTS, &[]).await?.get("accounts")?;
            let mut sum = 0;
            for row in rows {
                sum += row.get::<i64>("accounts")?;
                let up_to = ratio(sum, all);
                shares.push(Share {
                    up_to,
                    kind: row.get("hash_kind")?,
                });
            }
        }
        *self.shares.lock().unwrap_or_else(PoisonError::into_inner) = shares;
        Ok(())
    }

    /// The hash that stands for `who`; `None` for one that costs what our own cost.
    pub fn choose(&self, app: &App, who: &str) -> Option<String> {
        // Keyed, so that nobody outside knows which kind a name should have, and an answer that differs would tell.
        let code = app.secrets.sign(&format!("decoy:{who}"));
        let place = position(&crypto::digest(code.as_bytes()));
        let shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        let share = shares.iter().find(|share| place < share.up_to)?;
        Some(foreign::decoy(&share.kind))
    }
}

fn ratio(part: i64, whole: i64) -> f64 {
    let float = |number: i64| u32::try_from(number).map_or(f64::from(u32::MAX), f64::from);
    float(part) / float(whole.max(1))
}

/// Where on the line from 0 to 1 a digest lies.
fn position(digest: &[u8; 32]) -> f64 {
    let (words, _) = digest.as_chunks::<4>();
    let first = words.first().map_or(0, |word| u32::from_le_bytes(*word));
    f64::from(first) / f64::from(u32::MAX)
}
