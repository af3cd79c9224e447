//! What a request leaves behind: a trace for a collector, and a line of the log.

mod context;
mod export;
mod log_line;
mod stages;
