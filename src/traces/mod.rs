//! Traces: what a request did and when, for a collector that speaks OpenTelemetry's protocol (OTLP over HTTP, in JSON).
//!
//! Nothing waits for the collector. Finished traces go into a bounded buffer, and what finds no room there, or cannot be
//! delivered, is dropped and counted.

mod context;
mod export;
mod otlp;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, channel};

pub use context::Context;
pub use export::run;

use crate::app::App;
use crate::clock::Timestamp;
use crate::config::Config;
use crate::crypto;
use crate::metering::Counter;
use crate::stages::Span;

/// Finished traces that wait at most: some megabytes.
const BUFFER: usize = 4096;

/// A request that is traced.
#[derive(Debug)]
pub struct Trace {
    context: Context,
    /// The span of the request itself.
    span: [u8; 8],
    began: Timestamp,
}

/// A request whose trace is complete.
#[derive(Debug)]
struct Finished {
    trace: Trace,
    request_id: String,
    name: String,
    status: u16,
    took: Duration,
    spans: Vec<Span>,
}

/// Takes traces from requests.
#[derive(Debug, Default)]
pub struct Traces {
    sender: Option<Sender<Finished>>,
    receiver: Mutex<Option<Receiver<Finished>>>,
    percent: u64,
    /// Traces that the collector has taken.
    pub exported: Counter,
    /// Traces that were lost.
    pub dropped: Counter,
}

impl Traces {
    /// As the settings ask for.
    pub fn of(config: &Config) -> Self {
        if config.tracing.otlp_endpoint.is_none() {
            return Self::default();
        }
        let (sender, receiver) = channel(BUFFER);
        Self {
            sender: Some(sender),
            receiver: Mutex::new(Some(receiver)),
            percent: u64::from(config.tracing.sample_percent),
            ..Self::default()
        }
    }

    /// Begins the trace of a request, if it is to have one. `traceparent` is what the client has sent, as the name of a
    /// trace that this is a part of; whether it is kept is decided here, so that no stranger can fill the buffer.
    pub fn begin(&self, app: &App, traceparent: Option<&str>) -> Option<Trace> {
        if self.sender.is_none() || crypto::below(100) >= self.percent {
            return None;
        }
        let continued = traceparent.and_then(Context::parse);
        Some(Trace {
            context: continued.unwrap_or_else(Context::new),
            span: crypto::random(),
            began: app.clock.now(),
        })
    }

    /// Leaves a trace for the worker.
    pub fn end(
        &self,
        (trace, spans): (Trace, Vec<Span>),
        (request_id, name): (&str, String),
        (status, took): (u16, Duration),
    ) {
        let finished = Finished {
            trace,
            request_id: request_id.to_owned(),
            name,
            status,
            took,
            spans,
        };
        let sender = self.sender.as_ref();
        if sender.is_none_or(|sender| sender.try_send(finished).is_err()) {
            self.dropped.add(1);
        }
    }

    fn take_receiver(&self) -> Option<Receiver<Finished>> {
        let mut receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        receiver.take()
    }
}

impl Trace {
    /// The name of the trace, as collectors show it.
    pub fn id(&self) -> String {
        crypto::hex(&self.context.trace)
    }
}
