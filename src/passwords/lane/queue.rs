//! The queue: whoever has had least has the next turn.
//!
//! Start-time fair queueing (Goyal, Vin and Cheng, 1996). Each job gets a rank when it comes: the debt that its network or
//! its account has made by earlier jobs, and at least the rank that is being served. A flood is far behind at once, and
//! whoever comes from elsewhere stands before it. When there is no place left, the one who stands last has to go.

use std::collections::{BTreeMap, HashMap};

use super::asker::{Flow, Flows};

/// Debts that are kept before those are forgotten that nobody has any more.
const DEBTS: usize = 4096;

/// Where a job stands: its rank, and of equal ones the first come.
pub(super) type Place = (u64, u64);

pub(super) struct Queue<J> {
    jobs: BTreeMap<Place, (Flows, J)>,
    debts: HashMap<Flow, u64>,
    /// The rank that is being served.
    served: u64,
    next: u64,
}

impl<J> Default for Queue<J> {
    fn default() -> Self {
        Self {
            jobs: BTreeMap::new(),
            debts: HashMap::new(),
            served: 0,
            next: 0,
        }
    }
}

impl<J> Queue<J> {
    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Whether a job of these would be let in.
    pub fn has_room(&self, flows: &[(Flow, u64)], places: usize) -> bool {
        self.jobs.len() < places || self.behind(self.rank(flows)).is_some()
    }

    fn rank(&self, flows: &[(Flow, u64)]) -> u64 {
        let debts = flows.iter().filter_map(|(flow, _)| self.debts.get(flow));
        debts.copied().max().unwrap_or(0).max(self.served)
    }

    /// The last one, if it stands behind that rank.
    fn behind(&self, rank: u64) -> Option<Place> {
        let (last, _) = self.jobs.last_key_value()?;
        (rank < last.0).then_some(*last)
    }

    /// Lets `job` in if there are fewer than `places` jobs, or one that has had more: that one is given back. `None`: there
    /// is no room for it.
    pub fn push(&mut self, flows: Flows, job: J, places: usize) -> Option<(Place, Option<J>)> {
        let rank = self.rank(&flows);
        let mut displaced = None;
        if self.jobs.len() >= places {
            displaced = self.remove(self.behind(rank)?);
        }
        for (flow, share) in &flows {
            self.debts.insert(*flow, rank + share);
        }
        let place = (rank, self.next);
        self.next += 1;
        self.jobs.insert(place, (flows, job));
        Some((place, displaced))
    }

    /// The job whose turn it is.
    pub fn pop(&mut self) -> Option<J> {
        let ((rank, _), (_, job)) = self.jobs.pop_first()?;
        self.served = rank;
        if self.jobs.is_empty() {
            self.debts.clear();
        } else if self.debts.len() > DEBTS.max(4 * self.jobs.len()) {
            self.debts.retain(|_, debt| *debt > rank);
        }
        Some(job)
    }

    /// Takes a job out that will not be done, so that it is no debt either.
    pub fn remove(&mut self, place: Place) -> Option<J> {
        let (flows, job) = self.jobs.remove(&place)?;
        for (flow, share) in flows {
            if let Some(debt) = self.debts.get_mut(&flow) {
                *debt = debt.saturating_sub(share);
            }
        }
        Some(job)
    }
}
