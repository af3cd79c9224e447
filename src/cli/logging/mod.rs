//! The log: to standard error, as the settings say.

mod fields;

use std::io::{IsTerminal, stderr};

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::failure::{Failure, Outcome};
use super::server::LogWriter;
use crate::config::{Config, LogFormat};
use crate::db;
use fields::PlainFields;

/// What commands log: only what is wrong. That a certificate is not trusted is told by whoever has met it, in better words.
const QUIETLY: &str = "warn,rustls_platform_verifier=off";

/// Begins to log what the server does.
pub(super) fn start(config: &Config, writer: LogWriter) -> Outcome {
    begin(&config.log.level, config.log.format, writer)
}

/// Begins to log for a command: people read its output, so only what is wrong.
pub(super) fn start_quietly(config: &Config, is_verbose: bool) -> Outcome {
    begin(
        if is_verbose {
            &config.log.level
        } else {
            QUIETLY
        },
        config.log.format,
        stderr,
    )
}

fn begin<W>(level: &str, format: LogFormat, writer: W) -> Outcome
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(level).map_err(|error| {
        Failure::Failed(format!("log.level = \"{level}\" is not valid: {error}"))
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer);
    let discreet = filter_fn(|event| !is_indiscreet(event));
    let begun = match format {
        LogFormat::Text => {
            let log = log.with_ansi(stderr().is_terminal());
            let log = log.fmt_fields(PlainFields).finish();
            log.with(discreet).try_init()
        }
        LogFormat::Json => {
            let log = log.json().flatten_event(true).finish();
            log.with(discreet).try_init()
        }
    };
    begun.map_err(|error| Failure::Failed(format!("the log cannot be started: {error}")))
}

/// Whether an event is kept out of the log at every level: the driver writes down each statement with its parameters,
/// and those are addresses, password hashes and digests of tokens.
fn is_indiscreet(event: &Metadata<'_>) -> bool {
    event.target().starts_with(db::DRIVER_LOG) && *event.level() > Level::INFO
}
