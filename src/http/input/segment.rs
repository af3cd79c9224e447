//! A part of the path that names something: a file, a link that was mailed.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::app::App;
use crate::error::{Error, Problem};

/// That part of the path. What is no text after its percent signs names nothing: 404.
pub struct Segment(pub String);

impl FromRequestParts<App> for Segment {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let path = Path::from_request_parts(parts, app).await;
        let Path(segment) = path.map_err(|_| Problem::NotFound)?;
        Ok(Self(segment))
    }
}
