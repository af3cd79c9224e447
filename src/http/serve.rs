//! The accept loop: HTTP/1.1, bounded headers and patience, and an end that finishes what has begun.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

use super::client::Peer;
use super::framing::Watched;
use super::normalize;
use crate::app::App;

/// Above the configured limit, so that the usual too large header gets an answer in our form.
const READ_BUFFER: usize = 64 * 1024;

/// The bound addresses.
pub struct Listeners(Vec<TcpListener>);

impl Listeners {
    /// Binds every address. A port 0 is chosen by the system once, and is then the same for all.
    pub async fn bind(addresses: &[SocketAddr]) -> std::io::Result<Self> {
        let mut bound: Vec<TcpListener> = Vec::new();
        for address in addresses {
            let mut address = *address;
            if let Some(first) = bound.first() {
                address.set_port(first.local_addr()?.port());
            }
            match TcpListener::bind(address).await {
                Ok(listener) => bound.push(listener),
                // `localhost` on a machine without IPv6: the other address serves.
                Err(error)
                    if !bound.is_empty() && error.kind() != std::io::ErrorKind::AddrInUse => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self(bound))
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.0
            .first()
            .and_then(|listener| listener.local_addr().ok())
            .map_or(0, |address| address.port())
    }
}

/// Answers requests until `stop` says so, then finishes the running ones.
pub async fn serve(app: App, router: Router, listeners: Listeners, stop: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let (sender, mut connections) = tokio::sync::mpsc::channel(64);
    for listener in listeners.0 {
        let (sender, mut stop) = (sender.clone(), stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = accept(listener, sender) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        });
    }
    drop(sender);
    // HTTP/1.1 alone: a proxy that were talked into HTTP/2 in the clear would no longer see the requests (h2c smuggling).
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(app.config.http.header_deadline.get())
        .max_buf_size(READ_BUFFER);

    while let Some((stream, peer)) = connections.recv().await {
        let router = router.clone();
        let service =
            hyper::service::service_fn(move |request| answer(router.clone(), peer, request));
        let connection = server.serve_connection(TokioIo::new(Watched::new(stream)), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection");
            }
        });
    }
    if tokio::time::timeout(app.config.http.drain.get(), graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests were still running and have been cut off");
    }
}

/// Lets the router answer one request.
async fn answer(
    router: Router,
    peer: SocketAddr,
    mut request: Request<Incoming>,
) -> Result<Response, Infallible> {
    request.extensions_mut().insert(Peer(peer));
    let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = router
        .oneshot(normalize(request.map(axum::body::Body::new)))
        .await?;
    if is_chunked {
        // The end of the body is where the chunks say, and nothing behind it is taken for a request.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    Ok(response)
}

async fn accept(
    listener: TcpListener,
    connections: tokio::sync::mpsc::Sender<(TcpStream, SocketAddr)>,
) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                if connections.send((stream, peer)).await.is_err() {
                    return;
                }
            }
            // Out of file descriptors, most likely: those in use will be free again.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
