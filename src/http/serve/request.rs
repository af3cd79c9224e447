//! One request: handed to the site, and watched until the last byte of its answer is on its way.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, Version, header};
use hyper::body::{Frame, Incoming, SizeHint};

use super::activity::{Activity, Ongoing};
use crate::http::Site;
use crate::http::client::Peer;

/// Bytes of an answer that are handed on at once: what the other end does not take stays here, and not in the buffers below.
const PIECE: usize = 16 * 1024;

/// An answer up to that size is handed on whole.
const SMALL: usize = 1024;

/// The body of an answer, which counts as running until it has gone.
///
/// HTTP/2 asks for the next piece when the other end can take a byte more than it was given so far, and keeps for itself what
/// it has. So the last byte is handed on alone: once it is asked for, all before it has been taken.
pub(super) struct Counted {
    body: Body,
    /// What the body has given and was not handed on yet.
    rest: Bytes,
    ends_alone: bool,
    ongoing: Ongoing,
}

/// What is done to a request before its route is looked for.
pub(super) type Prepare = fn(Request) -> Request;

/// What answers the requests of a connection.
#[derive(Clone)]
pub(super) struct Answering {
    pub site: Site,
    pub prepare: Prepare,
    pub peer: SocketAddr,
    pub activity: Arc<Activity>,
}

/// Lets the site answer one request.
pub(super) async fn answer(
    answering: Answering,
    request: Request<Incoming>,
) -> Result<axum::http::Response<Counted>, Infallible> {
    let Answering {
        site,
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
    let mut response = site.answer(prepare(request)).await;
    let headers = response.headers_mut();
    if !is_first_version {
        // RFC 9113 section 8.2.2: what is said of a connection has no place here.
        headers.remove(header::CONNECTION);
    } else if is_chunked || activity.is_ending() {
        // The end of a body in chunks is where they say, and nothing behind it is taken for a request.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let ongoing = ongoing.sending();
    Ok(response.map(|body| Counted::new((body, !is_first_version), ongoing)))
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

impl Counted {
    fn new((body, ends_alone): (Body, bool), ongoing: Ongoing) -> Self {
        let mut counted = Self {
            body,
            rest: Bytes::new(),
            ends_alone,
            ongoing,
        };
        counted.note_end();
        counted
    }

    /// The next piece of what there is.
    fn piece(&mut self) -> Bytes {
        let all = self.rest.len();
        let is_last = self.body.is_end_stream();
        let most = if self.ends_alone && is_last && all > SMALL {
            all - 1
        } else {
            all
        };
        self.rest.split_to(most.min(PIECE))
    }

    /// Notes the end if it is there, and answers whether it is.
    fn note_end(&mut self) -> bool {
        let is_there = self.is_end_stream();
        if is_there {
            self.ongoing.note_end();
        }
        is_there
    }
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        while self.rest.is_empty() {
            let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
                self.ongoing.note_piece(false);
                return Poll::Pending;
            };
            match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => self.rest = data,
                Some(Ok(Err(trailers))) => return Poll::Ready(Some(Ok(trailers))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    self.ongoing.note_end();
                    return Poll::Ready(None);
                }
            }
        }
        let piece = self.piece();
        if !self.note_end() {
            self.ongoing.note_piece(true);
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (body, here) = (self.body.size_hint(), self.rest.len() as u64);
        let mut whole = SizeHint::new();
        whole.set_lower(body.lower() + here);
        if let Some(upper) = body.upper() {
            whole.set_upper(upper + here);
        }
        whole
    }
}
