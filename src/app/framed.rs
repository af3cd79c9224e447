//! One layer around every door: the router copies the whole stack of layers for each request.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tower::{Service, ServiceExt};

use crate::http::{self, Frame};
use crate::sessions;

/// A door, and what stands around it.
#[derive(Clone)]
pub(super) struct Framed<D> {
    pub frame: Frame,
    pub door: D,
}

impl<D> Service<Request> for Framed<D>
where
    D: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    D::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    /// The door itself is waited for when its turn has come.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Self { frame, door } = self.clone();
        let inner = |app, mut parts| async move {
            sessions::announce(&app, &mut parts).await;
            let request = Request::from_parts(parts, Body::empty());
            let Ok(response) = door.oneshot(request).await;
            response
        };
        Box::pin(http::govern(frame, request, inner).map(Ok))
    }
}
