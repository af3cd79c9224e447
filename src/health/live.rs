//! Live: the process answers. It asks nothing else, so that a supervisor does not restart a server whose database is away.
//!
//! Door: `GET /healthz`.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Arrival, HEADER, echo};
use crate::app::App;
use crate::error::Result;
use crate::http::input::Anyone;
use crate::http::{Checked, Json};

/// Well.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub struct Status {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

impl Status {
    pub(super) const OK: Self = Self { status: "ok" };
}

/// Is the process alive?
///
/// Asks neither the database nor anything else: for whoever restarts what does not answer.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "health_live",
    tag = "Health",
    security(()),
    responses((status = 200, description = "It is.", body = Status))
)]
pub(super) async fn api(
    State(app): State<App>,
    headers: HeaderMap,
    arrival: Arrival,
    _: Checked<Anyone>,
) -> Result<Response> {
    let mut response = Json(Status::OK).into_response();
    let asked = headers.get(HEADER).and_then(|value| value.to_str().ok());
    let told = asked.and_then(|question| echo::answer(&app, question, &arrival));
    if let Some(value) = told.and_then(|told| HeaderValue::try_from(told).ok()) {
        let name = HeaderName::from_static(HEADER);
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}
