//! Swagger UI: the page on which every operation can be tried.
//!
//! Doors: `GET /docs`, and the files of the page below it.

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use utoipa_swagger_ui::Config;

use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::http::{Asset, Segment};

pub(super) async fn page(State(app): State<App>) -> Result<Response> {
    super::page(&app, "docs/swagger.html", super::POLICY)
}

pub(super) async fn file(Segment(file): Segment, headers: HeaderMap) -> Result<Response> {
    static STYLES: OnceLock<Asset> = OnceLock::new();
    static BUNDLE: OnceLock<Asset> = OnceLock::new();
    let asset = match file.as_str() {
        "frame.css" => Asset::find("docs/frame.css"),
        "start.css" => Asset::find("docs/swagger.css"),
        "start.js" => Asset::find("docs/swagger.js"),
        "swagger-ui.css" => Some(vendored(&STYLES, "swagger-ui.css")?),
        "swagger-ui-bundle.js" => Some(vendored(&BUNDLE, "swagger-ui-bundle.js")?),
        _ => None,
    };
    Ok(asset.ok_or(Problem::NotFound)?.answer(&headers))
}

/// A file of Swagger UI itself, kept in `memory` with its tag.
fn vendored(memory: &OnceLock<Asset>, name: &str) -> Result<Asset> {
    if let Some(asset) = memory.get() {
        return Ok(asset.clone());
    }
    let file = utoipa_swagger_ui::serve(name, Arc::new(Config::default()))
        .map_err(|error| Error::Internal(format!("Swagger UI, {name}: {error}")))?
        .ok_or_else(|| Error::Internal(format!("Swagger UI has no {name}")))?;
    Ok(memory.get_or_init(|| Asset::new(name, file.bytes)).clone())
}
