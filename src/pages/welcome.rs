//! The welcome page.

use axum::extract::State;
use axum::response::Response;

use crate::app::App;
use crate::error::Result;
use crate::http::Page;
use crate::sessions::Visitor;

/// `GET /`
pub(super) async fn page(State(app): State<App>, visitor: Visitor) -> Result<Response> {
    super::with_viewer(Page::new("pages/welcome.html"), &visitor).render(&app)
}
