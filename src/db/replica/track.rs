//! The track of the primary: how far its log had come at which moment.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::place::Place;

/// The marks, the oldest first.
#[derive(Default)]
pub(super) struct Track {
    marks: VecDeque<(Instant, i64)>,
    begun: Option<Instant>,
    primary: Option<Place>,
}

impl Track {
    /// Notes that everything committed before `moment` lies before the primary's place. Marks that are older than `keep` are
    /// forgotten.
    pub fn note(&mut self, moment: Instant, primary: Place, keep: Duration) {
        self.primary = Some(primary);
        self.begun.get_or_insert(moment);
        let Some(position) = primary.position else {
            return;
        };
        match self.marks.back_mut() {
            // An idle primary: who has this has everything still.
            Some(last) if last.1 == position => last.0 = moment,
            _ => self.marks.push_back((moment, position)),
        }
        let is_old = |mark: &(Instant, i64)| moment.saturating_duration_since(mark.0) > keep;
        while self.marks.front().is_some_and(is_old) {
            self.marks.pop_front();
        }
    }

    /// How old at most what a standby has is that has replayed so far; `None` if it is older than all marks.
    pub fn age(&self, replayed: i64, now: Instant) -> Option<Duration> {
        let newest = self.marks.iter().rev();
        let mut reached = newest.filter(|(_, position)| *position <= replayed);
        let (moment, _) = reached.next()?;
        Some(now.saturating_duration_since(*moment))
    }

    /// Whether it was begun so long ago.
    pub fn reaches(&self, back: Duration) -> bool {
        self.begun.is_some_and(|begun| begun.elapsed() > back)
    }

    /// Where the primary was last.
    pub fn primary(&self) -> Option<Place> {
        self.primary
    }
}
