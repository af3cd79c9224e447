//! All doors together, and what is the same for every path.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tower::ServiceExt;

/// What answers every request. Cheap to clone.
#[derive(Clone)]
pub struct Site(Router);

impl Site {
    /// The doors of that router.
    pub fn new(router: Router) -> Self {
        Self(router)
    }

    /// The answer of the door that the request has come to, or that there is none.
    pub async fn answer(self, request: Request) -> Response {
        let method = request.method().clone();
        let Ok(mut response) = self.0.oneshot(request).await;
        name_methods(&method, &mut response);
        response
    }
}

/// Answers OPTIONS for every path, and names OPTIONS in `Allow`, which the router adds last of all.
fn name_methods(method: &Method, response: &mut Response) {
    let Some(allow) = response
        .headers()
        .get(header::ALLOW)
        .and_then(|allow| allow.to_str().ok())
    else {
        return;
    };
    let allow = format!("{},OPTIONS", allow.replace(' ', "")).replace(',', ", ");
    if method == Method::OPTIONS && response.status() == StatusCode::METHOD_NOT_ALLOWED {
        *response.status_mut() = StatusCode::NO_CONTENT;
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(header::CONTENT_TYPE);
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    if let Ok(allow) = HeaderValue::from_str(&allow) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
}
