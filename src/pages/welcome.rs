//! The welcome page.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::app::App;
use crate::error::Result;
use crate::http::Page;

/// `GET /`
pub(super) async fn page(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    super::with_viewer(&app, &headers, Page::new("pages/welcome.html"))
        .await?
        .render(&app)
}
