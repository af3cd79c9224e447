//! The OpenAPI document.
//!
//! Doors: `GET /openapi.json`.

use std::sync::OnceLock;

use axum::http::HeaderMap;
use axum::response::Response;

use crate::error::{Error, Result};
use crate::http::Asset;

/// The document never changes while the program runs; it is made once.
pub(super) async fn document(headers: HeaderMap) -> Result<Response> {
    static DOCUMENT: OnceLock<Asset> = OnceLock::new();
    if let Some(document) = DOCUMENT.get() {
        return Ok(document.clone().answer(&headers));
    }
    let bytes = serde_json::to_vec(&crate::app::openapi())
        .map_err(|error| Error::Internal(format!("the OpenAPI document: {error}")))?;
    let document = DOCUMENT.get_or_init(|| Asset::new("openapi.json", bytes.into()));
    Ok(document.clone().answer(&headers))
}
