//! Traces as OTLP writes them in JSON: identifiers in hexadecimal, moments in nanoseconds as texts.

use std::time::Duration;

use serde_json::{Value, json};

use super::Finished;
use crate::clock::Timestamp;
use crate::crypto::{self, hex};

/// `SPAN_KIND_INTERNAL` and `SPAN_KIND_SERVER`.
const INTERNAL: u8 = 1;
const SERVER: u8 = 2;
/// `STATUS_CODE_UNSET` and `STATUS_CODE_ERROR`. A refusal is no fault of the server's (semantic conventions for HTTP).
const UNSET: u8 = 0;
const ERROR: u8 = 2;

/// A body for `/v1/traces`.
pub(super) fn encode(batch: &[Finished]) -> Vec<u8> {
    let version = env!("CARGO_PKG_VERSION");
    let spans: Vec<Value> = batch.iter().flat_map(spans).collect();
    let resource = [
        text("service.name", "gatepost"),
        text("service.version", version),
    ];
    json!({"resourceSpans": [{
        "resource": {"attributes": resource},
        "scopeSpans": [{"scope": {"name": "gatepost", "version": version}, "spans": spans}],
    }]})
    .to_string()
    .into_bytes()
}

/// The span of the request, and one for each stage.
fn spans(finished: &Finished) -> Vec<Value> {
    let trace = &finished.trace;
    let (trace_id, request_span) = (hex(&trace.context.trace), hex(&trace.span));
    let failed = finished.status >= 500;
    let (method, route) = finished.name.split_once(' ').unwrap_or_default();
    let mut request = json!({
        "traceId": trace_id,
        "spanId": request_span,
        "name": finished.name,
        "kind": SERVER,
        "startTimeUnixNano": moment(trace.began, Duration::ZERO),
        "endTimeUnixNano": moment(trace.began, finished.took),
        "attributes": [
            text("http.request.method", method),
            text("http.route", route),
            {"key": "http.response.status_code", "value": {"intValue": finished.status.to_string()}},
            text("gatepost.request_id", &finished.request_id),
        ],
        "status": {"code": if failed { ERROR } else { UNSET }},
    });
    if let (Some(parent), Some(fields)) = (trace.context.parent, request.as_object_mut()) {
        fields.insert("parentSpanId".into(), hex(&parent).into());
    }
    let stages = finished.spans.iter().map(|span| {
        json!({
            "traceId": trace_id,
            "spanId": hex(&crypto::random::<8>()),
            "parentSpanId": request_span,
            "name": span.stage.name(),
            "kind": INTERNAL,
            "startTimeUnixNano": moment(trace.began, span.offset),
            "endTimeUnixNano": moment(trace.began, span.offset + span.length),
            "status": {"code": UNSET},
        })
    });
    std::iter::once(request).chain(stages).collect()
}

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

fn moment(began: Timestamp, after: Duration) -> String {
    let millis = u128::try_from(began.0).unwrap_or(0);
    (millis * 1_000_000 + after.as_nanos()).to_string()
}
