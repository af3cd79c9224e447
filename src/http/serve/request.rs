//! One request: handed to the router, and watched until the last byte of its answer is on its way.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};
use axum::response::Response;
use hyper::body::{Frame, Incoming, SizeHint};
use tower::ServiceExt;

use super::activity::{Activity, Ongoing};
use crate::http::client::Peer;

/// The body of an answer, which counts as running until it has gone.
pub(super) struct Counted {
    body: Body,
    ongoing: Ongoing,
}

/// What is done to a request before its route is looked for.
pub(super) type Prepare = fn(Request) -> Request;

/// What answers the requests of a connection.
#[derive(Clone)]
pub(super) struct Answering {
    pub router: Router,
    pub prepare: Prepare,
    pub peer: SocketAddr,
    pub activity: Arc<Activity>,
}

/// Lets the router answer one request.
pub(super) async fn answer(
    answering: Answering,
    request: Request<Incoming>,
) -> Result<axum::http::Response<Counted>, Infallible> {
    let Answering {
        router,
        prepare,
        peer,
        activity,
    } = answering;
    let ongoing = Ongoing::begin(&activity);
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(peer));
    let is_first_version = request.version() < Version::HTTP_2;
    if !is_first_version {
        name_host(&mut request);
    }
    let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response: Response = router.oneshot(prepare(request)).await?;
    let headers = response.headers_mut();
    if !is_first_version {
        // RFC 9113 section 8.2.2: what is said of a connection has no place here.
        headers.remove(header::CONNECTION);
    } else if is_chunked || activity.is_ending() {
        // The end of a body in chunks is where they say, and nothing behind it is taken for a request.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let ongoing = ongoing.sending();
    Ok(response.map(|body| Counted { body, ongoing }))
}

/// HTTP/2 names the host in the target; everything behind this reads it in `Host`.
fn name_host(request: &mut Request) {
    if request.headers().contains_key(header::HOST) {
        return;
    }
    let authority = request.uri().authority();
    let host = authority.and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(host) = host {
        request.headers_mut().insert(header::HOST, host);
    }
}

impl hyper::body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        self.ongoing.note_sent();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
