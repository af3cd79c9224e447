//! The log: to standard error, as the settings say.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

use super::failure::{Failure, Outcome};
use crate::config::{Config, LogFormat};

/// Begins to log what the server does.
pub(super) fn start(config: &Config) -> Outcome {
    begin(&config.log.level, config.log.format)
}

/// Begins to log for a command: people read its output, so only what is wrong.
pub(super) fn start_quietly(config: &Config, is_verbose: bool) -> Outcome {
    begin(
        if is_verbose {
            &config.log.level
        } else {
            "warn"
        },
        config.log.format,
    )
}

fn begin(level: &str, format: LogFormat) -> Outcome {
    let filter = EnvFilter::try_new(level).map_err(|error| {
        Failure::Failed(format!("log.level = \"{level}\" is not valid: {error}"))
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr);
    let begun = match format {
        LogFormat::Text => log.with_ansi(stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    begun.map_err(|error| Failure::Failed(format!("the log cannot be started: {error}")))
}
