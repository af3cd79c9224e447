//! The simplest of those who ask: some requests in turn, and always the same answer is due.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Actor, Reply};

/// Sends requests in turn; those who share a turn never send the same one at once.
#[derive(Clone)]
pub struct Repeat {
    requests: Arc<[Vec<u8>]>,
    turn: Arc<AtomicUsize>,
}

impl Repeat {
    /// So many callers who share the requests.
    pub fn together(requests: Vec<Vec<u8>>, callers: usize) -> Vec<Self> {
        let one = Self {
            requests: requests.into(),
            turn: Arc::default(),
        };
        vec![one; callers]
    }

    /// A caller for each request, who sends no other; as many as are asked for.
    pub fn each(requests: &[Vec<u8>], callers: usize) -> Vec<Self> {
        let own = requests.iter().cycle().take(callers);
        own.flat_map(|request| Self::together(vec![request.clone()], 1))
            .collect()
    }
}

impl Actor for Repeat {
    fn request(&mut self, out: &mut Vec<u8>) -> usize {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let place = turn % self.requests.len().max(1);
        out.extend_from_slice(self.requests.get(place).map_or(&[], Vec::as_slice));
        0
    }

    fn accepts(&mut self, reply: &Reply<'_>) -> bool {
        reply.status == 200
    }
}
