//! Paths: each answers with and without a slash at its end, and below `/api` as well, without a redirect.

use std::collections::HashMap;

use axum::Router;
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{Method, Uri};
use axum::routing::MethodRouter;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{HttpMethod, OpenApi, Paths, RefOr};

use crate::app::App;

/// What the document says of some doors: their schemas, and their paths.
pub type Described = (Vec<(String, RefOr<Schema>)>, Paths);

/// The documented doors of an operation, which share a path. The macro [`routes!`](crate::routes) makes it.
pub struct Operation {
    path: String,
    methods: MethodRouter<App>,
    kinds: Vec<HttpMethod>,
    /// Made only when somebody reads the document: a server that has started has not read its own.
    describe: fn() -> Described,
}

impl Operation {
    /// Doors at `path`.
    pub fn new(
        path: String,
        (methods, kinds): (MethodRouter<App>, Vec<HttpMethod>),
        describe: fn() -> Described,
    ) -> Self {
        Self {
            path,
            methods,
            kinds,
            describe,
        }
    }
}

/// Names the doors of an operation by their handlers; `utoipa::path` stands on each of them.
#[macro_export]
macro_rules! routes {
    ($first:path $(, $other:path)* $(,)?) => {
        $crate::http::Operation::new(
            utoipa_axum::paste! { utoipa_axum::routes!(@path [path()] of $first) },
            $crate::routes!(@methods $first $(, $other)*),
            || {
                let (schemas, paths, _) = utoipa_axum::routes!($first $(, $other)*);
                (schemas, paths)
            },
        )
    };
    (@methods $($handler:path),+) => {{
        use utoipa_axum::PathItemExt;
        let (methods, mut all) = (axum::routing::MethodRouter::new(), Vec::new());
        $(
            let kinds = utoipa_axum::paste! { utoipa_axum::routes!(@path [methods()] of $handler) };
            let methods = kinds.iter().fold(methods, |methods, kind| methods.on(kind.to_method_filter(), $handler));
            all.extend(kinds);
        )+
        (methods, all)
    }};
}

/// Which methods of which paths are documented operations.
#[derive(Clone, Default)]
pub struct Operations(HashMap<String, Vec<HttpMethod>>);

impl Operations {
    /// Whether `method` at the path of that pattern is one. HEAD is answered by the door for GET.
    pub(super) fn has(&self, pattern: &str, method: &Method) -> bool {
        let kind = match *method {
            Method::GET | Method::HEAD => HttpMethod::Get,
            Method::POST => HttpMethod::Post,
            Method::PUT => HttpMethod::Put,
            Method::PATCH => HttpMethod::Patch,
            Method::DELETE => HttpMethod::Delete,
            _ => return false,
        };
        self.0
            .get(pattern)
            .is_some_and(|kinds| kinds.contains(&kind))
    }
}

/// A feature's doors: what the router needs and what the document says, from the same line.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    operations: Operations,
    described: Vec<fn() -> Described>,
}

impl Routes {
    /// No doors yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the documented doors of an operation.
    #[must_use]
    pub fn operation(mut self, operation: Operation) -> Self {
        // Requests arrive without the slash at the end (`normalize`), so routes stand without it.
        let path = match operation.path.as_str() {
            "/" => "/",
            path => path.trim_end_matches('/'),
        };
        let kinds = self.operations.0.entry(path.to_owned()).or_default();
        kinds.extend(operation.kinds);
        self.router = self.router.route(path, operation.methods);
        self.described.push(operation.describe);
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
        for (path, kinds) in other.operations.0 {
            self.operations.0.entry(path).or_default().extend(kinds);
        }
        self.described.extend(other.described);
        self
    }

    /// The router, and which of its doors are operations.
    pub fn into_router(self) -> (Router<App>, Operations) {
        (self.router, self.operations)
    }

    /// Adds what the doors say of themselves to `document`.
    pub fn describe(self, mut document: OpenApi) -> OpenApi {
        for describe in self.described {
            let (schemas, paths) = describe();
            document.paths.merge(paths);
            let components = document.components.get_or_insert_default();
            components.schemas.extend(schemas);
        }
        document
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
