//! The documentation: Swagger UI at `/docs`, `ReDoc` at `/redoc`, and the document itself, all from the binary.

mod description;
mod openapi;
mod redoc;
mod swagger;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::get;

pub use description::description;

use crate::app::App;
use crate::error::{Error, Result};
use crate::http::Page;

/// What the pages may load: everything from here and nothing from elsewhere. Icons in style sheets are `data:` addresses.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The doors of the documentation.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/docs", get(swagger::page))
        .route("/docs/{file}", get(swagger::file))
        .route("/redoc", get(redoc::page))
        .route("/redoc/{file}", get(redoc::file))
        .route("/openapi.json", get(openapi::document))
}

fn page(app: &App, template: &'static str, policy: &str) -> Result<Response> {
    let mut response = Page::new(template).render(app)?;
    let policy =
        HeaderValue::from_str(policy).map_err(|error| Error::Internal(error.to_string()))?;
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}
