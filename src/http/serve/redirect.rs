//! From http to https: the port that says nothing but where to go.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;

use crate::http::Site;

/// A site that leads everybody to the same path below `public_url`.
pub(super) fn site(public_url: String) -> Site {
    Site::new(Router::new().fallback(move |uri: Uri| {
        let answer = lead(&public_url, &uri);
        async move { answer }
    }))
}

/// 308, so that what was sent here is sent again over there. The host comes from the settings: that of the request may be
/// anybody's.
fn lead(public_url: &str, uri: &Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let path = if path.starts_with('/') { path } else { "/" };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    let headers = response.headers_mut();
    if let Ok(to) = HeaderValue::try_from(format!("{public_url}{path}")) {
        headers.insert(header::LOCATION, to);
    }
    // The public URL may change, and a browser keeps a permanent redirect for as long as it likes.
    let no_store = HeaderValue::from_static("no-store");
    headers.insert(header::CACHE_CONTROL, no_store);
    response
}
