//! Requests, written once and sent many times.

use std::fmt::Write;

/// The bytes of a request.
pub struct Request;

impl Request {
    /// A `GET`, with a token if there is one.
    pub fn get(path: &str, token: Option<&str>) -> Vec<u8> {
        let mut text = head("GET", path, token);
        text.push_str("\r\n");
        text.into_bytes()
    }

    /// A `POST` of a form.
    pub fn form(path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        post(path, "application/x-www-form-urlencoded", &body.finish())
    }

    /// A `POST` of JSON.
    pub fn json(path: &str, body: &serde_json::Value) -> Vec<u8> {
        post(path, "application/json", &body.to_string())
    }
}

/// One user agent and one accept header, as a program sends them. The port of `host` matters to no subject.
fn head(method: &str, path: &str, token: Option<&str>) -> String {
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: gatepost-load\r\naccept: */*\r\n"
    );
    if let Some(token) = token {
        // Writing into a string does not fail.
        let _ = write!(text, "authorization: Bearer {token}\r\n");
    }
    text
}

fn post(path: &str, kind: &str, body: &str) -> Vec<u8> {
    let mut text = head("POST", path, None);
    let _ = write!(
        text,
        "content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    text.into_bytes()
}
