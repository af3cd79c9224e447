//! Listen: `GET /metrics` on a port of its own. It is for the operator alone, so it stands apart from what people reach.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::show::show;
use crate::app::App;
use crate::config::names_loopback;

/// Connections at the same time. A scraper has one.
const CONNECTIONS: usize = 16;
/// How long a header may take, and how long a whole connection may last.
const TO_ASK: Duration = Duration::from_secs(5);
const TO_LAST: Duration = Duration::from_mins(5);
/// How long a text is shown again: nobody makes the database count by asking often.
const FRESH: Duration = Duration::from_secs(1);

/// Where Prometheus looks by default. It is no page of the server: it stands on a port of its own.
const PATH: &str = "/metrics";

/// Version 0.0.4, which every version of Prometheus reads.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

#[derive(Clone)]
struct Shown {
    app: App,
    last: Arc<Mutex<Option<(Instant, String)>>>,
}

/// Binds the addresses of the settings; of `localhost` one is enough.
pub async fn bind(addresses: &[SocketAddr]) -> std::io::Result<Vec<TcpListener>> {
    let mut bound: Vec<TcpListener> = Vec::new();
    for address in addresses {
        let mut address = *address;
        if let Some(first) = bound.first() {
            address.set_port(first.local_addr()?.port());
        }
        match TcpListener::bind(address).await {
            Ok(listener) => bound.push(listener),
            // A machine without IPv6.
            Err(error) if !bound.is_empty() && error.kind() != std::io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Ok(bound)
}

/// Answers until `stop` says so; `beside` is what else is for the operator alone.
pub async fn run(app: App, listener: TcpListener, beside: Router, mut stop: watch::Receiver<bool>) {
    let shown = Shown {
        app: app.clone(),
        last: Arc::default(),
    };
    let router = Router::new().route(PATH, get(answer)).with_state(shown);
    let router = router
        .merge(beside)
        .layer(middleware::from_fn_with_state(app, refuse_strangers));
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let accepting = async {
        while let Ok(place) = Arc::clone(&places).acquire_owned().await {
            let Ok((stream, _)) = listener.accept().await else {
                // Out of file descriptors, most likely.
                sleep(Duration::from_millis(100)).await;
                continue;
            };
            let service = TowerToHyperService::new(router.clone());
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(TO_ASK)
                .serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move {
                let _ = timeout(TO_LAST, connection).await;
                drop(place);
            });
        }
    };
    tokio::select! {
        () = accepting => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Refuses a page that somebody looks at on this machine.
async fn refuse_strangers(State(app): State<App>, request: Request, next: Next) -> Response {
    if app.config.metrics_are_local() && !is_local(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

/// `GET /metrics`
async fn answer(State(shown): State<Shown>) -> Response {
    let mut last = shown.last.lock().await;
    let text = match &*last {
        Some((at, text)) if at.elapsed() < FRESH => text.clone(),
        _ => {
            let text = show(&shown.app).await;
            *last = Some((Instant::now(), text.clone()));
            text
        }
    };
    drop(last);
    let headers = [
        (header::CONTENT_TYPE, TEXT),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

/// Whether the client asked for this machine by its own name. A page that somebody looks at here, and whose name its owner
/// lets lead to this machine (DNS rebinding), could otherwise read along.
fn is_local(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let Some(host) = host else { return false };
    let name = host.rsplit_once(':').map_or(
        host,
        |(name, port)| {
            if port.ends_with(']') { host } else { name }
        },
    );
    names_loopback(name.trim_matches(['[', ']']))
}
