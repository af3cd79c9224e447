//! Answers: errors as JSON in one form, redirects, and the empty answer.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::db;
use crate::error::{Error, Problem};

/// Why an answer is a 500: carried beside the answer to the place that logs it and knows the request's id.
#[derive(Clone)]
pub(super) struct Cause(pub String);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::NoSuchAccount(id) => {
                let detail = format!("User with ID {id} not found.");
                (
                    StatusCode::NOT_FOUND,
                    Json(json!({"detail": detail, "code": "user_not_found"})),
                )
                    .into_response()
            }
            Self::TryLater(problem, wait) => {
                let mut response = problem.into_response();
                retry_after(&mut response, wait);
                response
            }
            Self::Invalid(faults) => {
                let body = json!({"detail": faults, "code": "validation_error"});
                (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
            }
            Self::Database(fault @ (db::Fault::Unavailable(_) | db::Fault::Retry)) => {
                tracing::error!(cause = %fault, "the database failed");
                Self::TryLater(Problem::Unavailable, Duration::from_secs(1)).into_response()
            }
            Self::Database(fault) => unhandled(fault.to_string()),
            Self::Internal(cause) => unhandled(cause),
        }
    }
}

/// Says when it is worth trying again: in whole seconds, and never at once.
pub(super) fn retry_after(response: &mut Response, wait: Duration) {
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
}

fn unhandled(cause: String) -> Response {
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Cause(cause));
    response
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = json!({"detail": self.detail(), "code": self.code()});
        (status, Json(body)).into_response()
    }
}

/// 204: done, and there is nothing to say.
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// A redirect to a place that the program or the settings name, never to one that a request names.
pub struct Redirect {
    status: StatusCode,
    to: String,
    cookies: Vec<String>,
}

impl Redirect {
    /// 303: see `to`, by GET.
    pub fn see_other(to: impl Into<String>) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            to: to.into(),
            cookies: Vec::new(),
        }
    }

    /// 307: the same request again, at `to`.
    pub fn temporary(to: impl Into<String>) -> Self {
        Self {
            status: StatusCode::TEMPORARY_REDIRECT,
            to: to.into(),
            cookies: Vec::new(),
        }
    }

    /// Sets a cookie on the way.
    #[must_use]
    pub fn with_cookie(mut self, cookie: String) -> Self {
        self.cookies.push(cookie);
        self
    }
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        let set = |name: HeaderName, value: String, response: &mut Response| {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().append(name, value);
            }
        };
        set(header::LOCATION, self.to, &mut response);
        for cookie in self.cookies {
            set(header::SET_COOKIE, cookie, &mut response);
        }
        response
    }
}
