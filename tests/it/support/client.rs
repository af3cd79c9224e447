//! A client of the API. Every answer that passes through it is held to the document and to the rules for all answers.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt;
use serde::Serialize;
use serde_json::Value;

use super::app::TestApp;
use super::{contract, invariants};

/// A request, sent when it is awaited.
#[must_use = "a request is sent when it is awaited"]
pub struct Request<'a> {
    app: &'a TestApp,
    pub method: Method,
    pub target: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Whether a 500 is what the test wants to see.
    pub may_fail: bool,
}

/// An answer, judged already.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl TestApp {
    pub fn request(&self, method: &str, target: &str) -> Request<'_> {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let headers =
            HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("localhost:8000"))]);
        Request {
            app: self,
            method,
            target: target.to_owned(),
            headers,
            body: Vec::new(),
            may_fail: false,
        }
    }

    pub fn get(&self, target: &str) -> Request<'_> {
        self.request("GET", target)
    }

    pub fn post(&self, target: &str) -> Request<'_> {
        self.request("POST", target)
    }

    pub fn delete(&self, target: &str) -> Request<'_> {
        self.request("DELETE", target)
    }

    pub fn post_json(&self, target: &str, body: &impl Serialize) -> Request<'_> {
        self.post(target).json(body)
    }

    pub fn put_json(&self, target: &str, body: &impl Serialize) -> Request<'_> {
        self.request("PUT", target).json(body)
    }

    pub fn post_form(&self, target: &str, fields: &[(&str, &str)]) -> Request<'_> {
        self.post(target).form(fields)
    }
}

impl Request<'_> {
    /// Sets a header, in place of one of the same name.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name of a header");
        self.headers.insert(
            name,
            HeaderValue::from_bytes(value.as_ref()).expect("a value of a header"),
        );
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub fn cookie(self, name: &str, value: &str) -> Self {
        let before = self
            .headers
            .get("cookie")
            .and_then(|line| line.to_str().ok());
        let line = before.map_or_else(String::new, |line| format!("{line}; "));
        self.header("cookie", format!("{line}{name}={value}"))
    }

    pub fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    pub fn json(self, body: &impl Serialize) -> Self {
        self.body("application/json", serde_json::to_vec(body).expect("JSON"))
    }

    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// The test has broken something on purpose: a 500 is no fault of the program.
    pub fn may_fail(mut self) -> Self {
        self.may_fail = true;
        self
    }

    /// The path without `/api`, without the slash at its end and without the query.
    pub fn path(&self) -> &str {
        let path = self.target.split('?').next().unwrap_or_default();
        let path = path
            .strip_prefix("/api")
            .filter(|rest| rest.starts_with('/'))
            .unwrap_or(path);
        if path == "/" {
            path
        } else {
            path.strip_suffix('/').unwrap_or(path)
        }
    }

    /// Whether it asks for a page.
    pub fn wants_page(&self) -> bool {
        let accept = self
            .headers
            .get("accept")
            .and_then(|value| value.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    }

    async fn send(self) -> Answer {
        invariants::remember_secrets(&self, &self.app.secrets);
        let mut request = axum::http::Request::new(Body::from(self.body.clone()));
        request.method_mut().clone_from(&self.method);
        *request.uri_mut() = self
            .target
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", self.target));
        request.headers_mut().clone_from(&self.headers);
        let answered = self
            .app
            .site
            .clone()
            .answer(gatepost::http::normalize(request))
            .await;
        let (parts, body) = answered.into_parts();
        let body = body.collect().await.expect("the whole body").to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        let answer = Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        };
        invariants::check(&self, &answer, &self.app.secrets.lock().unwrap());
        contract::check(&self, &answer);
        answer
    }
}

impl<'a> IntoFuture for Request<'a> {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {self:#?}"))
    }

    /// The header's value; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or("not readable"))
    }

    /// The media type, without its parameters.
    pub fn media_type(&self) -> &str {
        self.header("content-type")
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
    }

    /// The lines of `Set-Cookie`.
    pub fn set_cookies(&self) -> Vec<&str> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        lines
            .map(|line| line.to_str().expect("a readable cookie"))
            .collect()
    }

    /// Fails unless the status is `status`.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        let wanted = StatusCode::from_u16(status).expect("a status");
        assert_eq!(self.status, status, "expected {wanted}, got: {self:#?}");
        self
    }

    /// Fails unless this is a refusal with this status and text.
    #[track_caller]
    pub fn expect_refusal(self, status: u16, detail: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(answer.json()["detail"], detail, "{answer:#?}");
        answer
    }

    /// The entries of a 422.
    #[track_caller]
    pub fn faults(&self) -> Vec<Value> {
        assert_eq!(self.status, 422, "expected a 422, got: {self:#?}");
        self.json()["detail"].as_array().expect("a list").clone()
    }

    /// The only entry of a 422.
    #[track_caller]
    pub fn fault(&self) -> Value {
        let faults = self.faults();
        assert_eq!(faults.len(), 1, "expected one fault: {self:#?}");
        faults[0].clone()
    }
}
