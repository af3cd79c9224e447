//! `gatepost hash`: what hashing a password costs.

mod calibrate;

use clap::Subcommand;

use super::args::Settings;
use super::failure::Outcome;

#[derive(Debug, Subcommand)]
pub(super) enum HashCommand {
    /// Measure this machine and propose the strongest cost of a password hash within a budget
    Calibrate(calibrate::Calibrate),
}

/// Does what was asked.
pub(super) fn run(settings: &Settings, command: HashCommand) -> Outcome {
    match command {
        HashCommand::Calibrate(args) => calibrate::run(settings, &args),
    }
}
