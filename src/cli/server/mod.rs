//! `gatepost serve`: what starts, runs beside and stops with the server.

mod housekeeping;
mod serve;
mod start_text;

pub(super) use serve::run;
