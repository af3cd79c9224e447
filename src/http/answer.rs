//! Answers: JSON, errors in one form of it, redirects, and the empty answer.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use crate::db;
use crate::error::{Error, Problem};

/// Why an answer is a 500: carried beside the answer to the place that logs it and knows the request's id.
#[derive(Clone)]
pub(super) struct Cause(pub String);

/// Bytes of nearly all answers in JSON: more are made room for when they come.
const USUAL: usize = 1024;

/// An answer in JSON (RFC 8259).
///
/// `axum::Json` does the same through a buffer that begins with 128 bytes and is asked for room at each comma, which takes half
/// as long again.
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut text = Vec::with_capacity(USUAL);
        if let Err(error) = serde_json::to_writer(&mut text, &self.0) {
            return unhandled(error.to_string());
        }
        let kind = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, kind)], text).into_response()
    }
}

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
            Self::SessionOver(why) => signed_out(why),
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

/// RFC 6750 section 3.1: a token that was good once is told why it is not any more.
fn signed_out(why: &str) -> Response {
    let mut response = Problem::AuthenticationRequired.into_response();
    // What follows "signed out: " is the stable code of the ending.
    let challenge = match why {
        "token_expired" => {
            "Bearer error=\"invalid_token\", error_description=\"the access token has expired\""
                .to_owned()
        }
        why => format!("Bearer error=\"invalid_token\", error_description=\"signed out: {why}\""),
    };
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        let headers = response.headers_mut();
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
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
        let mut response = (status, Json(body)).into_response();
        if self == Self::FreshLoginRequired {
            // RFC 9470 section 3: the client is to let the person prove himself again.
            let challenge =
                HeaderValue::from_static("Bearer error=\"insufficient_user_authentication\"");
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// 204: done, and there is nothing to say.
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// What a program gets as JSON, and a browser as a cookie beside an empty answer.
pub enum JsonOrCookie<T> {
    /// For a program.
    Json(T),
    /// For a browser: a line of `Set-Cookie`.
    Cookie(String),
}

impl<T: Serialize> IntoResponse for JsonOrCookie<T> {
    fn into_response(self) -> Response {
        match self {
            Self::Json(body) => Json(body).into_response(),
            Self::Cookie(line) => {
                (AppendHeaders([(header::SET_COOKIE, line)]), NoContent).into_response()
            }
        }
    }
}

/// A redirect to a place that the program or the settings name, never to one that a request names.
pub struct Redirect {
    status: StatusCode,
    to: String,
    cookies: Vec<String>,
    clears_site_data: bool,
}

impl Redirect {
    /// 303: see `to`, by GET.
    pub fn see_other(to: impl Into<String>) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            to: to.into(),
            cookies: Vec::new(),
            clears_site_data: false,
        }
    }

    /// 307: the same request again, at `to`.
    pub fn temporary(to: impl Into<String>) -> Self {
        Self {
            status: StatusCode::TEMPORARY_REDIRECT,
            to: to.into(),
            cookies: Vec::new(),
            clears_site_data: false,
        }
    }

    /// Sets a cookie on the way.
    #[must_use]
    pub fn with_cookie(mut self, cookie: String) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// Lets the browser forget what it has kept of this site, but not the cookies: that of a known device shields its owner.
    #[must_use]
    pub fn clearing_site_data(mut self) -> Self {
        self.clears_site_data = true;
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
        if self.clears_site_data {
            let name = HeaderName::from_static("clear-site-data");
            set(name, "\"cache\", \"storage\"".to_owned(), &mut response);
        }
        for cookie in self.cookies {
            set(header::SET_COOKIE, cookie, &mut response);
        }
        response
    }
}
