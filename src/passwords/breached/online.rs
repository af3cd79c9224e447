//! The service that is asked by the first digits of a digest (k-anonymity, as Pwned Passwords does it).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use url::Url;

use super::fetch::Client;
use super::{Digest, unhex};
use crate::clock::Timestamp;
use crate::crypto::hex;

/// How long a person waits for the service at most.
const PATIENCE: Duration = Duration::from_millis(1500);
/// Questions under way at the same time; others wait, within their patience.
const AT_ONCE: usize = 4;
/// Answers that are kept, of some 20 KiB each.
const KEPT: usize = 64;
/// How long one is kept.
const FRESH: Duration = Duration::from_hours(1);

/// The rest of a digest after its first five digits.
type Suffix = [u8; 18];
type Suffixes = Arc<Vec<Suffix>>;

/// A Pwned Passwords service.
pub(super) struct Online {
    client: Client,
    places: Semaphore,
    answers: Mutex<HashMap<String, (Timestamp, Suffixes)>>,
}

impl Online {
    /// The service at `url`, to which five digits are appended. The error is a sentence for the operator.
    pub(super) fn of(url: &str) -> Result<Self, String> {
        let told = |what: String| format!("passwords.breached_url: {what}");
        let url = Url::parse(url).map_err(|error| told(error.to_string()))?;
        Ok(Self {
            client: Client::of(url).map_err(told)?,
            places: Semaphore::new(AT_ONCE),
            answers: Mutex::default(),
        })
    }

    /// Whether the service knows the digest. Without its answer in time it does not.
    pub(super) async fn has(&self, digest: Digest, now: Timestamp) -> bool {
        let digits = hex(&digest).to_ascii_uppercase();
        let Some((prefix, suffix)) = digits.split_at_checked(5) else {
            return false;
        };
        let Some(suffix) = parse(suffix) else {
            return false;
        };
        let asked = tokio::time::timeout(PATIENCE, self.suffixes(prefix, now)).await;
        match asked.unwrap_or_else(|_| Err("no answer in time".into())) {
            Ok(suffixes) => suffixes.contains(&suffix),
            Err(error) => {
                tracing::warn!(%error, "the service for breached passwords did not answer; a password was accepted without it");
                false
            }
        }
    }

    async fn suffixes(&self, prefix: &str, now: Timestamp) -> Result<Suffixes, String> {
        if let Some(kept) = self.kept(prefix, now) {
            return Ok(kept);
        }
        let place = self.places.acquire().await;
        let text = self.client.get(prefix).await?;
        drop(place);
        let suffixes: Suffixes = Arc::new(text.lines().filter_map(counted).collect());
        self.keep(prefix, now, &suffixes);
        Ok(suffixes)
    }

    fn kept(&self, prefix: &str, now: Timestamp) -> Option<Suffixes> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, suffixes) = answers.get(prefix)?;
        (now.since(*at) < FRESH).then(|| Arc::clone(suffixes))
    }

    fn keep(&self, prefix: &str, now: Timestamp, suffixes: &Suffixes) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|_, (at, _)| now.since(*at) < FRESH);
        if answers.len() >= KEPT {
            let oldest = answers.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(oldest) = oldest.map(|(prefix, _)| prefix.clone()) {
                answers.remove(&oldest);
            }
        }
        answers.insert(prefix.to_owned(), (now, Arc::clone(suffixes)));
    }
}

/// The 35 digits after the first five; a nought in front makes them whole bytes.
fn parse(digits: &str) -> Option<Suffix> {
    unhex(format!("0{digits}").as_bytes())
}

/// The suffix of a line `SUFFIX:COUNT`. A count of 0 is padding, which hides how long the answer really is.
fn counted(line: &str) -> Option<Suffix> {
    let (suffix, count) = line.trim().split_once(':')?;
    parse(suffix).filter(|_| count.parse::<u64>().is_ok_and(|count| count > 0))
}
