//! What happens to every request and every answer, in one place and in this order.

mod report;
mod site;

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http_body_util::BodyExt;
use serde_json::json;

use super::answer::{Cause, Json};
use super::client::RequestId;
use super::route::Operations;
use super::{banner, cors, framing, page};
use crate::app::App;
use crate::config::Http;
use crate::error::Problem;
use crate::stages::{self, Stage};

use report::Report;
pub use site::Site;

/// The body of the request, read before its route is asked, so that extractors can judge in any order.
#[derive(Clone, Default)]
pub(super) struct ReadBody(pub Bytes);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A header's value, made when the program is compiled.
const fn value(text: &'static str) -> HeaderValue {
    HeaderValue::from_static(text)
}

/// Set on every answer that has not set them itself.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        value(CONTENT_SECURITY_POLICY),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, value("nosniff")),
    (header::X_FRAME_OPTIONS, value("DENY")),
    // `no-referrer` would also hide the `Origin` that the defence against forged requests reads.
    (header::REFERRER_POLICY, value("same-origin")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        value("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        value("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        value("camera=(), geolocation=(), microphone=()"),
    ),
    (header::CACHE_CONTROL, value("no-store")),
];

/// The frame around every request.
#[derive(Clone)]
pub struct Frame {
    app: App,
    operations: Arc<Operations>,
}

impl Frame {
    /// What stands around those doors.
    pub fn new(app: App, operations: Operations) -> Self {
        let operations = Arc::new(operations);
        Self { app, operations }
    }
}

/// Lets `inner` answer, for which the body has been read (`ReadBody`), and does what is the same for every request: its id, its
/// limits, the log line, and the headers of the answer. What the address of an operation answers stays JSON, also for a browser that
/// would like a page.
///
/// What changes something is finished, whether or not the client waits for it: who hangs up in the middle of a guess must not
/// have made it for nothing, nor leave behind something that is half done. Only what reads ends with its client.
pub async fn govern<I, A>(frame: Frame, request: Request, inner: I) -> Response
where
    I: FnOnce(App, Parts) -> A + Send + 'static,
    A: Future<Output = Response> + Send + 'static,
{
    if request.method().is_safe() {
        return governed(frame, request, inner).await;
    }
    let finished = tokio::spawn(governed(frame, request, inner)).await;
    finished.unwrap_or_else(|_| panicked())
}

async fn governed<A>(
    frame: Frame,
    mut request: Request,
    inner: impl FnOnce(App, Parts) -> A,
) -> Response
where
    A: Future<Output = Response>,
{
    let report = Report::begin(&frame.app, &request);
    request
        .extensions_mut()
        .insert(RequestId(report.id.clone()));
    let names = (report.id.as_str(), report.route());
    let ((response, cause), times) = {
        // Pinned, because each step around it would copy all that it holds.
        let answered = pin!(answer(&frame, request, inner, names));
        stages::observe(report.is_traced(), banner::around(answered)).await
    };
    report.end((response.status(), cause), times);
    response
}

/// The answer, with everything that belongs to it, and what caused it to be a 500.
async fn answer<A>(
    frame: &Frame,
    request: Request,
    inner: impl FnOnce(App, Parts) -> A,
    (id, route): (&str, &str),
) -> (Response, Option<String>)
where
    A: Future<Output = Response>,
{
    let app = &frame.app;
    let method = request.method().clone();
    let wants_page = page::prefers_html(request.headers());
    let origin = cors::allowed_origin(&app.config, request.headers());

    let mut response = match cors::preflight(&method, request.headers(), origin.as_ref()) {
        Some(answer) => answer,
        None => AssertUnwindSafe(admit(app, request, inner))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| panicked()),
    };
    let cause = response.extensions_mut().remove::<Cause>();
    if cause.is_some() {
        response = internal(id);
    }
    if wants_page && !frame.operations.has(route, &method) {
        response = as_page(app, response, id).await;
    }
    hide_address(route, &mut response);
    complete(app, &mut response, id);
    cors::allow(response.headers_mut(), origin);
    (response, cause.map(|cause| cause.0))
}

/// Holds the request to its limits, reads its body, and lets its route answer.
async fn admit<A>(app: &App, request: Request, inner: impl FnOnce(App, Parts) -> A) -> Response
where
    A: Future<Output = Response>,
{
    let limits = &app.config.http;
    let (mut parts, body) = request.into_parts();
    if !framing::names_one_host(&parts.uri, &parts.headers) {
        return closing(Problem::BadRequest);
    }
    let fields = parts
        .headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum::<usize>();
    let target = parts.uri.path().len() + parts.uri.query().map_or(0, str::len);
    if fields + parts.method.as_str().len() + target > limits.header_limit.bytes() {
        return closing(Problem::HeadersTooLarge);
    }
    match read_body(body, limits).await {
        Err(problem) => closing(problem),
        Ok(body) => {
            parts.extensions.insert(ReadBody(body));
            inner(app.clone(), parts).await
        }
    }
}

async fn read_body(body: Body, limits: &Http) -> Result<Bytes, Problem> {
    // Most requests have none, and need no deadline for it.
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let whole = gather(body, limits.body_limit.bytes());
    let whole = tokio::time::timeout(limits.body_deadline.get(), whole);
    let (whole, _) = stages::timed(Stage::Parse, whole).await;
    whole.unwrap_or(Err(Problem::RequestTimeout))
}

/// The whole body, copied together: of one in chunks of a byte each, the pieces would take forty times as much. One that says
/// that it is too large is refused before the client was told to send it (`100 Continue`).
async fn gather(mut body: Body, limit: usize) -> Result<Bytes, Problem> {
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > limit {
        return Err(Problem::ContentTooLarge);
    }
    let mut whole = Vec::with_capacity(declared);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::BadRequest)?;
        let Ok(piece) = frame.into_data() else {
            continue;
        };
        if piece.len() > limit - whole.len() {
            return Err(Problem::ContentTooLarge);
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.into())
}

/// A refusal after which the rest of the request is not read.
fn closing(problem: Problem) -> Response {
    let mut response = problem.into_response();
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn panicked() -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response
        .extensions_mut()
        .insert(Cause("a panic, see above".into()));
    response
}

fn internal(id: &str) -> Response {
    let body = json!({"detail": "Internal Server Error", "code": "internal", "request_id": id});
    (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
}

/// Turns an error in JSON into a page, for a person who opened the address in a browser.
async fn as_page(app: &App, response: Response, id: &str) -> Response {
    let is_json = |headers: &HeaderMap| {
        headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "application/json")
    };
    if !(response.status().is_client_error() || response.status().is_server_error())
        || !is_json(response.headers())
    {
        return response;
    }
    let (parts, body) = response.into_parts();
    let bytes = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let parsed: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let detail = parsed
        .get("detail")
        .and_then(serde_json::Value::as_str)
        .unwrap_or("The input is not valid.");
    let Some(mut page) = page::error_page(app, parts.status, detail, id) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    for (name, value) in &parts.headers {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            page.headers_mut().append(name, value.clone());
        }
    }
    page
}

/// The address of a page with a token in it is a secret: what the page loads must not tell it to a log. The `Origin` of its
/// form stays, which `no-referrer` would take as well.
fn hide_address(route: &str, response: &mut Response) {
    if route.contains("{token}") {
        let origin_alone = HeaderValue::from_static("strict-origin");
        let headers = response.headers_mut();
        headers.insert(header::REFERRER_POLICY, origin_alone);
    }
}

fn complete(app: &App, response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(value);
    }
    if app.config.is_public_https() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        // RFC 9110 section 11.6.1: a 401 says how to authenticate, a page as well.
        let scheme = HeaderValue::from_static("Bearer");
        let headers = response.headers_mut();
        headers.entry(header::WWW_AUTHENTICATE).or_insert(scheme);
    }
}

/// The answer for a path that does not exist.
pub async fn not_found() -> Problem {
    Problem::NotFound
}

/// The answer for a method that the path does not have; the router adds `Allow`.
pub async fn method_not_allowed() -> Problem {
    Problem::MethodNotAllowed
}
