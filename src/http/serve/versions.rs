//! The two versions of HTTP, and what a connection may ask of either.

use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::config::Config;

/// Above the configured limit, so that the usual too large header gets an answer in our form.
const READ_BUFFER: usize = 64 * 1024;

/// Requests at the same time on one connection of HTTP/2.
const STREAMS: u32 = 100;

/// What a client may send ahead on one stream, and on all of a connection together.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;

/// What is kept of an answer that a client does not take.
const SEND_BUFFER: usize = 64 * 1024;

/// Streams that were called off, and such that broke a rule, before the connection is ended: rapid reset
/// (CVE-2023-44487) and its sister that lets the server reset (CVE-2025-8671).
const RESETS: usize = 50;

/// How both versions are served.
pub(super) struct Versions {
    pub first: http1::Builder,
    pub second: http2::Builder<TokioExecutor>,
}

impl Versions {
    pub fn of(config: &Config) -> Self {
        let header = u32::try_from(config.http.header_limit.bytes()).unwrap_or(u32::MAX);
        let mut first = http1::Builder::new();
        // The time for a header is measured where its bytes are seen: hyper would count the silence before it as well.
        first
            .timer(TokioTimer::new())
            .header_read_timeout(None)
            .max_buf_size(READ_BUFFER);
        let mut second = http2::Builder::new(TokioExecutor::new());
        second
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(SEND_BUFFER)
            // HTTP/2 counts 32 bytes more for each field (RFC 9113 section 6.5.2); `govern` has the exact limit.
            .max_header_list_size(header.saturating_mul(2))
            .max_pending_accept_reset_streams(RESETS)
            .max_local_error_reset_streams(RESETS)
            .keep_alive_interval(config.http.stall.get())
            .keep_alive_timeout(config.http.stall.get());
        Self { first, second }
    }
}
