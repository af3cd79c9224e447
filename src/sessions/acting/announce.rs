//! Announce on every page that somebody is signed in as somebody else.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use serde_json::json;

use super::Acting;
use crate::app::App;
use crate::http::{banner, prefers_html};
use crate::sessions::caller;

/// The router with this around all its routes. A page that asks nobody who he is, such as one that does not exist, has the banner as
/// well.
pub fn announcing(router: Router<App>, app: &App) -> Router<App> {
    router.layer(middleware::from_fn_with_state(app.clone(), announce))
}

async fn announce(State(app): State<App>, request: Request, next: Next) -> Response {
    if !prefers_html(request.headers()) || super::held(&app, request.headers()).is_none() {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    caller::announce(&app, &mut parts).await;
    next.run(Request::from_parts(parts, Body::new(body))).await
}

/// Tells who acts as whom, and until when.
pub(in crate::sessions) fn tell(acting: &Acting, name: &str) {
    banner::announce(json!({"by": acting.name, "name": name, "until": acting.until}));
}

/// Tells that the browser still has the cookie of a session that is over.
pub(in crate::sessions) fn tell_over() {
    banner::announce(json!({"is_over": true}));
}
