//! Passwords: their hashes, the lane in which they are made, and which of them are good.

mod answers;
mod breached_file;
mod breached_online;
mod calibrate;
mod decoys;
pub mod every_path;
mod fair;
mod guesses;
mod hash;
mod lane;
mod meter;
mod policy;

use gatepost::config::{ByteSize, Config, Period};
use gatepost::db::OnTheWay;
use gatepost::passwords::Lane;

/// Settings under which a hash costs next to nothing.
fn cheap() -> Config {
    let mut config = Config::default();
    config.passwords.argon2_memory = ByteSize::of_kib(64);
    config.passwords.argon2_iterations = 1;
    config.passwords.lanes = 1;
    // However busy the machine is that runs the tests.
    config.passwords.deadline = Period::minutes(5);
    config
}

/// A lane that lives as long as its test.
struct OpenLane(Lane);

impl OpenLane {
    fn of(config: &Config) -> Self {
        Self::beside(config, &OnTheWay::default())
    }

    /// One that lets `reads` go first.
    fn beside(config: &Config, reads: &OnTheWay) -> Self {
        Self(Lane::start(config, reads).expect("threads"))
    }
}

impl std::ops::Deref for OpenLane {
    type Target = Lane;

    fn deref(&self) -> &Lane {
        &self.0
    }
}

impl Drop for OpenLane {
    fn drop(&mut self) {
        self.0.close();
    }
}
