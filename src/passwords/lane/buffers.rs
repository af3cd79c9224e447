//! The memory in which the hashes are computed: a buffer for each thread, used again and again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

use argon2_kernel::Memory;

use super::breath::Breath;
use crate::db::OnTheWay;

/// The memory of all lanes, which together stay within the budget.
pub(super) struct Buffers {
    lanes: Vec<Mutex<Memory>>,
    /// The same as bytes, to be asked without waiting for a hash.
    held: Vec<AtomicUsize>,
    budget: usize,
    /// A hash that needs more than its lane's share is computed while all others rest.
    alone: RwLock<()>,
}

impl Buffers {
    /// For so many threads, which rest while one of `reads` is on its way.
    pub fn new(lanes: usize, budget: usize, reads: &OnTheWay) -> Self {
        let memory = |_| {
            let breath = Breath::beside(reads.clone());
            Mutex::new(Memory::breathing(move || breath.take()))
        };
        Self {
            lanes: (0..lanes).map(memory).collect(),
            held: (0..lanes).map(|_| AtomicUsize::new(0)).collect(),
            budget,
            alone: RwLock::new(()),
        }
    }

    /// Does `work` in the memory of that lane, of which it needs so many bytes; `None` if the budget is too small for it.
    pub fn with<T>(
        &self,
        number: usize,
        need: usize,
        work: impl FnOnce(&mut Memory) -> T,
    ) -> Option<T> {
        let buffer = self.lanes.get(number)?;
        if need <= self.budget / self.lanes.len() {
            let _together = self.alone.read().unwrap_or_else(PoisonError::into_inner);
            return Some(self.use_buffer(number, buffer, work));
        }
        if need > self.budget {
            tracing::error!(
                need,
                budget = self.budget,
                "a stored password hash needs more memory than passwords.memory_budget allows: raise it to {}MiB",
                need.div_ceil(1 << 20)
            );
            return None;
        }
        let _alone = self.alone.write().unwrap_or_else(PoisonError::into_inner);
        (0..self.lanes.len()).for_each(|lane| self.release(lane));
        let done = self.use_buffer(number, buffer, work);
        self.release(number);
        Some(done)
    }

    fn use_buffer<T>(
        &self,
        number: usize,
        buffer: &Mutex<Memory>,
        work: impl FnOnce(&mut Memory) -> T,
    ) -> T {
        let mut memory = buffer.lock().unwrap_or_else(PoisonError::into_inner);
        let done = work(&mut memory);
        self.note(number, memory.bytes());
        done
    }

    fn note(&self, number: usize, bytes: usize) {
        if let Some(held) = self.held.get(number) {
            held.store(bytes, Ordering::Relaxed);
        }
    }

    /// Gives the memory of that lane back to the system.
    pub fn release(&self, number: usize) {
        if let Some(buffer) = self.lanes.get(number) {
            let mut memory = buffer.lock().unwrap_or_else(PoisonError::into_inner);
            memory.release();
            self.note(number, 0);
        }
    }

    pub fn holds(&self, number: usize) -> bool {
        let held = self.held.get(number);
        held.is_some_and(|held| held.load(Ordering::Relaxed) > 0)
    }

    /// Bytes that all lanes hold.
    pub fn bytes(&self) -> usize {
        let held = self.held.iter().map(|held| held.load(Ordering::Relaxed));
        held.sum()
    }
}
