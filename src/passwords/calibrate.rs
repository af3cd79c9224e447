//! Calibrate: measure this machine, and find the strongest cost of a hash that it can afford.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use argon2_kernel::Memory;
use serde::Serialize;

use super::hash::{self, Cost};
use crate::config::{ByteSize, Config, least_memory};

/// Hashes of each lane in one measurement.
const ROUNDS: usize = 5;
/// A measurement goes on with more until it has taken so long: a short one says little on a busy machine.
const LEAST_TIME: Duration = Duration::from_millis(60);
/// How often a proposal is corrected by what it takes in truth.
const CORRECTIONS: usize = 5;
/// More than that is never proposed: what stored hashes may have at most (`hash.rs`).
const MOST_ITERATIONS: u32 = 20;
const MOST_MEMORY_KIB: usize = 1024 * 1024;
/// A password that nobody has; what is hashed makes no difference to the time.
const PASSWORD: &str = "correct horse battery staple";

/// What a hash may cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// The longest that one hash may take while all lanes are busy.
    pub time: Duration,
    /// Memory for all lanes together, in bytes.
    pub memory: usize,
    /// Logins that must be possible in a second; 0 for any number.
    pub logins: u32,
}

/// What a cost comes to on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Measured {
    /// Memory of one hash in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub iterations: u32,
    /// What one hash takes while all lanes are busy, in milliseconds.
    pub milliseconds: f64,
    /// Logins in a second, as far as hashing goes.
    pub logins_per_second: f64,
    /// Memory of all lanes in KiB.
    pub memory_of_all_kib: u64,
}

/// What is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Proposal {
    /// Lanes that hash at the same time.
    pub lanes: usize,
    /// What computes the hashes.
    pub kernel: &'static str,
    /// Whether the proposal keeps to the budget; otherwise it is the least that is allowed.
    pub within_budget: bool,
    /// What the settings ask for now.
    pub now: Measured,
    /// The strongest cost within the budget.
    pub proposed: Measured,
}

impl Budget {
    /// The budget of the settings.
    pub fn of(config: &Config) -> Self {
        let passwords = &config.passwords;
        Self {
            time: passwords.calibrate_time.get(),
            memory: passwords.memory_budget.bytes(),
            logins: passwords.calibrate_logins,
        }
    }

    /// What one hash may take so that the logins are possible as well.
    fn time_of_one(&self, lanes: usize) -> Duration {
        let lanes = u32::try_from(lanes).unwrap_or(u32::MAX);
        let by_logins = Duration::from_secs(1).saturating_mul(lanes);
        match by_logins.checked_div(self.logins) {
            Some(by_logins) => by_logins.min(self.time),
            None => self.time,
        }
    }
}

impl Proposal {
    /// The proposed cost.
    pub fn cost(&self) -> Cost {
        Cost {
            memory_kib: self.proposed.memory_kib,
            iterations: self.proposed.iterations,
            parallelism: 1,
        }
    }
}

/// Measures for some seconds at most, on all lanes at once, and proposes. Not for a thread that answers requests.
pub fn calibrate(config: &Config, budget: &Budget) -> Proposal {
    let lanes = config.lanes();
    let time = budget.time_of_one(lanes);
    let most_kib = (budget.memory / lanes.max(1) / 1024).min(MOST_MEMORY_KIB);
    let now = Cost::of(config);
    let now = measured(now, lanes, measure(now, lanes));
    // Blocks that can be computed in the time, going by what the present cost takes.
    let mut blocks = affordable(&now, time);
    let mut best: Option<Measured> = None;
    for _ in 0..CORRECTIONS {
        let Some(cost) = strongest(blocks, most_kib) else {
            break;
        };
        if best.is_some_and(|best| work(&best) >= cost.work()) {
            break;
        }
        let tried = measured(cost, lanes, measure(cost, lanes));
        let fits = tried.milliseconds <= time.as_secs_f64() * 1000.0;
        if fits {
            best = Some(tried);
        }
        let corrected = affordable(&tried, time);
        blocks = if fits {
            corrected
        } else {
            corrected.min(cost.work().saturating_sub(1))
        };
    }
    let least = || {
        let cost = weakest();
        measured(cost, lanes, measure(cost, lanes))
    };
    Proposal {
        lanes,
        kernel: argon2_kernel::Kernel::best().name(),
        within_budget: best.is_some(),
        now,
        proposed: best.unwrap_or_else(least),
    }
}

fn work(measured: &Measured) -> u64 {
    u64::from(measured.memory_kib) * u64::from(measured.iterations)
}

/// How many blocks one hash can be of to take `time`, if all take as long as those that were measured.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "an estimate"
)]
fn affordable(measured: &Measured, time: Duration) -> u64 {
    let each = measured.milliseconds.max(0.001) / work(measured) as f64;
    (time.as_secs_f64() * 1000.0 / each) as u64
}

/// The cost of so many blocks at most that is worth most against somebody who guesses: he pays for the memory, and for as
/// long as he needs it. So as much memory as there is, and passes only for the rest (RFC 9106 section 4).
fn strongest(blocks: u64, most_kib: usize) -> Option<Cost> {
    let costs = (1..=MOST_ITERATIONS).filter_map(|iterations| {
        let affordable = usize::try_from(blocks / u64::from(iterations)).unwrap_or(usize::MAX);
        let memory_kib = rounded(affordable.min(most_kib))?;
        (memory_kib >= least_memory(iterations).kib()).then_some(Cost {
            memory_kib,
            iterations,
            parallelism: 1,
        })
    });
    costs.max_by_key(|cost| {
        let fewer = MOST_ITERATIONS - cost.iterations;
        (u64::from(cost.memory_kib) * cost.work(), fewer)
    })
}

/// What OWASP asks for at least, with the least work.
fn weakest() -> Cost {
    Cost {
        memory_kib: least_memory(5).kib(),
        iterations: 5,
        parallelism: 1,
    }
}

/// In coarse steps, so that two measurements of one machine come to the same: OWASP's own sizes, and two for each power of
/// two.
fn rounded(kib: usize) -> Option<u32> {
    let owasp = (1..=5).map(|iterations| least_memory(iterations).kib());
    let steps = (3..=10).flat_map(|power| {
        let whole = ByteSize::of_mib(1 << power).kib();
        [whole, whole + whole / 2]
    });
    let fitting = owasp
        .chain(steps)
        .filter(|step| usize::try_from(*step).is_ok_and(|step| step <= kib));
    fitting.max()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no machine has so many lanes that it matters"
)]
fn measured(cost: Cost, lanes: usize, time: Duration) -> Measured {
    let seconds = time.as_secs_f64().max(f64::EPSILON);
    let rounded = |value: f64, digits: f64| (value * digits).round() / digits;
    Measured {
        memory_kib: cost.memory_kib,
        iterations: cost.iterations,
        milliseconds: rounded(seconds * 1000.0, 100.0),
        logins_per_second: rounded(lanes as f64 / seconds, 10.0),
        memory_of_all_kib: u64::from(cost.memory_kib) * lanes as u64,
    }
}

/// What one hash takes while all lanes hash: the median of some.
fn measure(cost: Cost, lanes: usize) -> Duration {
    let together = Barrier::new(lanes);
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..lanes)
            .map(|_| scope.spawn(|| hash_some(cost, &together)))
            .collect();
        let done = threads.into_iter().filter_map(|thread| thread.join().ok());
        done.flatten().collect()
    });
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn hash_some(cost: Cost, together: &Barrier) -> Vec<Duration> {
    let mut memory = Memory::new();
    // The first one waits for fresh pages, as none does later.
    let _ = hash::make(&mut memory, cost, PASSWORD);
    together.wait();
    let begun = Instant::now();
    let mut times = Vec::new();
    while times.len() < ROUNDS || begun.elapsed() < LEAST_TIME {
        let start = Instant::now();
        let _ = hash::make(&mut memory, cost, PASSWORD);
        times.push(start.elapsed());
    }
    times
}
