//! `gatepost serve`: what starts, runs beside and stops with the server.

mod housekeeping;
mod log_writer;
mod serve;
mod signals;
mod start_text;

pub(super) use log_writer::LogWriter;
pub(super) use serve::run;
