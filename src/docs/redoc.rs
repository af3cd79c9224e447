//! `ReDoc`: the reference, to read.
//!
//! Doors: `GET /redoc`, and the files of the page below it.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::app::App;
use crate::error::{Problem, Result};
use crate::http::{Asset, Segment};

pub(super) async fn page(State(app): State<App>) -> Result<Response> {
    // ReDoc writes its styles into the page while it runs, and has no other way.
    let policy = super::POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
    super::page(&app, "docs/redoc.html", &policy)
}

pub(super) async fn file(Segment(file): Segment, headers: HeaderMap) -> Result<Response> {
    let asset = match file.as_str() {
        "start.css" => Asset::find("docs/redoc.css"),
        "start.js" => Asset::find("docs/redoc.js"),
        "redoc.standalone.js" => Asset::find("vendor/redoc/redoc.standalone.js"),
        // The first line of the script refers to it.
        "redoc.standalone.js.LICENSE.txt" => {
            Asset::find("vendor/redoc/redoc.standalone.js.LICENSE.txt")
        }
        _ => None,
    };
    Ok(asset.ok_or(Problem::NotFound)?.answer(&headers))
}
