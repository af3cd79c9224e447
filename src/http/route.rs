//! Paths: each answers with and without a slash at its end, and below `/api` as well, without a redirect.

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::middleware::map_response;
use axum::response::Response;
use utoipa::openapi::{Components, OpenApi, Paths};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::app::App;

/// Marks an answer of a documented operation: it stays JSON, also for a browser that would like a page.
#[derive(Clone, Copy)]
pub(super) struct OfApi;

async fn mark_as_api(mut response: Response) -> Response {
    response.extensions_mut().insert(OfApi);
    response
}

/// A feature's doors: what the router needs and what the document says, from the same line.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    paths: Paths,
    components: Components,
}

impl Routes {
    /// No doors yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the documented doors of an operation, as `utoipa_axum::routes!` gives them.
    #[must_use]
    pub fn operation(mut self, (schemas, paths, methods): UtoipaMethodRouter<App>) -> Self {
        for path in paths.paths.keys() {
            // Requests arrive without the slash at the end (`normalize`), so routes stand without it.
            let path = if path == "/" {
                path
            } else {
                path.trim_end_matches('/')
            };
            let methods = methods.clone().layer(map_response(mark_as_api));
            self.router = self.router.route(path, methods);
        }
        self.paths.merge(paths);
        self.components.schemas.extend(schemas);
        self
    }

    /// Adds doors that the document does not name, such as pages.
    #[must_use]
    pub fn pages(mut self, router: Router<App>) -> Self {
        self.router = self.router.merge(router);
        self
    }

    /// Adds the doors of another feature.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.paths.merge(other.paths);
        self.components.schemas.extend(other.components.schemas);
        self
    }

    /// The router, and the document with what the doors say of themselves added to `document`.
    pub fn split(self, mut document: OpenApi) -> (Router<App>, OpenApi) {
        document.paths.merge(self.paths);
        let components = document.components.get_or_insert_default();
        components.schemas.extend(self.components.schemas);
        (self.router, document)
    }
}

/// Takes `/api` from the front of the path and the slash from its end.
pub fn normalize<B>(mut request: Request<B>) -> Request<B> {
    let uri = request.uri();
    let path = uri.path();
    let inner = path
        .strip_prefix("/api")
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
        .unwrap_or(path);
    // One slash: `//` at the end is another path, and unknown.
    let bare = inner
        .strip_suffix('/')
        .filter(|rest| !rest.ends_with('/'))
        .unwrap_or(inner);
    let bare = if bare.is_empty() { "/" } else { bare };
    if bare == path {
        return request;
    }
    let target = uri
        .query()
        .map_or_else(|| bare.to_owned(), |query| format!("{bare}?{query}"));
    let mut parts = uri.clone().into_parts();
    if let Ok(target) = PathAndQuery::try_from(target) {
        parts.path_and_query = Some(target);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}
