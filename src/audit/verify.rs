//! Verify the chain: whether any entry was changed, taken out, put in or moved since it got its place.

use std::fmt;
use std::str::FromStr;

use super::{Entry, chain, store};
use crate::app::App;
use crate::crypto;
use crate::db::Run;
use crate::error::Result;
use crate::ids::EntryId;

/// Entries that are read together: the log may be larger than the memory.
pub(super) const AT_ONCE: u32 = 1000;

/// The end of a chain: the last place and its link. Kept elsewhere, it proves later that nothing before it has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The place; 0 of an empty log.
    pub seq: i64,
    /// The link, in hexadecimal digits.
    pub digest: String,
}

/// The first thing that is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Where it is.
    pub seq: i64,
    /// The entry that stands there, if one does.
    pub id: Option<EntryId>,
    /// What is wrong, for people.
    pub what: String,
}

/// Goes along a chain, entry by entry.
#[derive(Debug, Default)]
pub struct Verifier {
    seq: i64,
    link: Vec<u8>,
    expected: Option<Head>,
}

impl Verifier {
    /// Begins before the first entry. The log must still hold what `expected` says.
    pub fn new(expected: Option<Head>) -> Self {
        Self {
            expected,
            ..Self::default()
        }
    }

    /// Goes on from where one has come to, who has answered `head`.
    pub fn from(head: &Head, expected: Option<Head>) -> Option<Self> {
        Some(Self {
            seq: head.seq,
            link: crypto::unhex(&head.digest)?,
            expected,
        })
    }

    /// How far it has come.
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            digest: crypto::hex(&self.link),
        }
    }

    /// The next entry.
    pub fn check(&mut self, entry: &Entry) -> Result<(), Broken> {
        let next = self.seq.saturating_add(1);
        let seq = entry.seq.unwrap_or_default();
        let broken = |what: String| Broken {
            seq,
            id: Some(entry.id),
            what,
        };
        if seq != next {
            return Err(broken(misplaced(seq, next)));
        }
        let link = entry.link(&self.link, seq);
        if entry.digest.as_deref() != Some(link.as_slice()) {
            return Err(broken(
                "its digest is not that of its fields and of the entry before it: it was changed, moved or put in".into(),
            ));
        }
        if !entry.personal_holds() {
            return Err(broken("its personal details were changed".into()));
        }
        (self.seq, self.link) = (seq, link.to_vec());
        let head = self.head();
        match &self.expected {
            Some(expected) if expected.seq == seq && *expected != head => Err(broken(format!(
                "its digest is {}, and not the expected one: the log was written anew",
                head.digest
            ))),
            _ => Ok(()),
        }
    }

    /// The end of the log.
    pub fn finish(self) -> Result<Head, Broken> {
        match &self.expected {
            Some(expected) if expected.seq > self.seq => Err(Broken {
                seq: self.seq.saturating_add(1),
                id: None,
                what: format!(
                    "the log ends before this entry, and went on to {} at least: its end was cut off",
                    expected.seq
                ),
            }),
            _ => Ok(self.head()),
        }
    }
}

fn misplaced(seq: i64, next: i64) -> String {
    match seq.saturating_sub(1) {
        _ if seq < next => format!("it stands where {next} should: it was moved or put in twice"),
        last if last == next => format!("the entry {next} before it is missing"),
        last => format!("the entries {next} to {last} before it are missing"),
    }
}

/// Chains what has no place yet, and verifies the log of the database.
pub async fn verify(app: &App, expected: Option<Head>) -> Result<Result<Head, Broken>> {
    chain(app).await?;
    verify_in(&app.db, expected).await
}

/// Verifies the log of a database or a backup, as far as it is chained.
pub async fn verify_in(run: &impl Run, expected: Option<Head>) -> Result<Result<Head, Broken>> {
    let mut verifier = Verifier::new(expected);
    loop {
        match verify_some(run, &mut verifier).await? {
            Ok(true) => {}
            Ok(false) => return Ok(verifier.finish()),
            Err(broken) => return Ok(Err(broken)),
        }
    }
}

/// Verifies the next entries of a database; answers whether there were any.
pub async fn verify_some(run: &impl Run, verifier: &mut Verifier) -> Result<Result<bool, Broken>> {
    let entries = store::list_chained(run, verifier.seq, AT_ONCE).await?;
    for entry in &entries {
        if let Err(broken) = verifier.check(entry) {
            return Ok(Err(broken));
        }
    }
    Ok(Ok(!entries.is_empty()))
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.digest)
    }
}

impl FromStr for Head {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wanted = "expected SEQ:DIGEST, as `gatepost audit verify` prints it";
        let (seq, digest) = text.trim().split_once(':').ok_or(wanted)?;
        let seq: i64 = seq.parse().map_err(|_| wanted)?;
        let digits = if seq == 0 { 0 } else { 64 };
        let is_digest = digest.len() == digits && digest.chars().all(|c| c.is_ascii_hexdigit());
        if seq < 0 || !is_digest {
            return Err(wanted);
        }
        Ok(Self {
            seq,
            digest: digest.to_ascii_lowercase(),
        })
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {}", self.seq)?;
        if let Some(id) = self.id {
            write!(f, " ({id})")?;
        }
        write!(f, ": {}", self.what)
    }
}
