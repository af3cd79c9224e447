//! Files from the binary, each with a tag of its content, so that a browser that has the file is told so and no more.

use std::borrow::Cow;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::RustEmbed;

use super::input::Segment;
use crate::app::App;
use crate::crypto;
use crate::error::{Problem, Result};

#[derive(RustEmbed)]
#[folder = "assets"]
struct Files;

/// Folders of `assets` that belong to one page and are served with it.
const NOT_HERE: [&str; 2] = ["docs/", "vendor/"];

/// A file to be served: its bytes, what they are, and a tag that changes with them.
#[derive(Clone)]
pub struct Asset {
    bytes: Bytes,
    content_type: &'static str,
    etag: String,
}

impl Asset {
    /// The file `name` with the content `bytes`; the ending of the name says what it is.
    pub fn new(name: &str, bytes: Cow<'static, [u8]>) -> Self {
        let digest = crypto::digest(&bytes);
        Self::with_digest(name, bytes, digest)
    }

    /// The file at `path` of the folder `assets`, as it was when the program was built.
    pub fn find(path: &str) -> Option<Self> {
        let file = Files::get(path)?;
        // Known since the build, so that a large file is not read through for each request.
        Some(Self::with_digest(
            path,
            file.data,
            file.metadata.sha256_hash(),
        ))
    }

    fn with_digest(name: &str, bytes: Cow<'static, [u8]>, digest: [u8; 32]) -> Self {
        let bytes = match bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Self {
            bytes,
            content_type: content_type(name),
            etag: format!("\"{}\"", URL_SAFE_NO_PAD.encode(digest)),
        }
    }

    /// The answer to a request with `headers`: the file, or 304 where the client has it already.
    pub fn answer(self, headers: &HeaderMap) -> Response {
        let known = is_known(headers, &self.etag);
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(header::CONTENT_TYPE, self.content_type)], self.bytes).into_response()
        };
        let headers = response.headers_mut();
        // Ask each time: a newer program has other files at the same addresses.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Ok(etag) = HeaderValue::from_str(&self.etag) {
            headers.insert(header::ETAG, etag);
        }
        response
    }
}

/// Whether `If-None-Match` names the tag (RFC 9110 section 13.1.2: a weak comparison).
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let lines = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The doors of the files that pages share.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/assets/{*path}", get(asset))
        .route("/favicon.ico", get(favicon))
}

async fn asset(Segment(path): Segment, headers: HeaderMap) -> Result<Response> {
    let here = !NOT_HERE.iter().any(|folder| path.starts_with(folder));
    let asset = here
        .then(|| Asset::find(&path))
        .flatten()
        .ok_or(Problem::NotFound)?;
    Ok(asset.answer(&headers))
}

/// Browsers ask for it by this name, whatever the page links; they take an SVG here as well.
async fn favicon(headers: HeaderMap) -> Result<Response> {
    Ok(Asset::find("favicon.svg")
        .ok_or(Problem::NotFound)?
        .answer(&headers))
}
