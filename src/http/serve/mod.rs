//! The accept loop: bounded connections, headers and patience, and an end that finishes what has begun.
//!
//! In the clear HTTP/1.1 alone is spoken: a proxy that were talked into HTTP/2 there would no longer see the requests (h2c
//! smuggling). Under TLS, where no proxy looks on, the client chooses.

mod activity;
mod admission;
mod certificate;
mod connection;
mod listeners;
mod open_files;
mod redirect;
mod request;
mod tls;
mod versions;

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::{Site, normalize};
use crate::app::App;
use crate::error::Problem;
use admission::Admission;
use connection::Port;
use request::Prepare;
use versions::Versions;

pub(super) use activity::Activity;
pub use listeners::Listeners;
pub use tls::Tls;

/// What all ports share.
struct Shared {
    app: App,
    admission: Arc<Admission>,
    stop: watch::Receiver<bool>,
    /// Held by each connection, so that its end is noticed.
    alive: watch::Receiver<()>,
}

/// Answers requests until `stop` says so, then finishes the running ones.
pub async fn serve(app: App, site: Site, listeners: Listeners, stop: watch::Receiver<bool>) {
    let (ended, alive) = watch::channel(());
    let shared = Arc::new(Shared {
        app: app.clone(),
        admission: Admission::of(&app.config),
        stop: stop.clone(),
        alive,
    });
    if let Some(tls) = &listeners.tls {
        tokio::spawn(tls.clone().follow(app.clock.clone(), stop.clone()));
    }
    let main = port(&app, (site, normalize), listeners.tls);
    let elsewhere = redirect::site(app.public_url());
    let redirect = port(&app, (elsewhere, std::convert::identity), None);
    for (bound, port) in [(listeners.main, main), (listeners.redirect, redirect)] {
        for listener in bound {
            tokio::spawn(listen(listener, Arc::clone(&port), Arc::clone(&shared)));
        }
    }
    drop(shared);
    let mut stop = stop;
    let _ = stop.wait_for(|stop| *stop).await;
    if tokio::time::timeout(app.config.http.drain.get(), ended.closed())
        .await
        .is_err()
    {
        tracing::warn!("some requests were still running and have been cut off");
    }
}

fn port(app: &App, (site, prepare): (Site, Prepare), tls: Option<Tls>) -> Arc<Port> {
    Arc::new(Port {
        versions: Versions::of(&app.config),
        site,
        prepare,
        tls,
    })
}

/// Accepts connections until the server stops. Then the socket is closed, and who comes now is refused at once.
async fn listen(listener: TcpListener, port: Arc<Port>, shared: Arc<Shared>) {
    let mut stop = shared.stop.clone();
    let each = |stream, peer| admit(&port, &shared, (stream, peer));
    tokio::select! {
        () = listeners::accept(&listener, each) => {}
        _ = stop.wait_for(|stop| *stop) => listeners::accept_rest(&listener, each),
    }
}

fn admit(port: &Arc<Port>, shared: &Arc<Shared>, (stream, peer): (TcpStream, SocketAddr)) {
    let Some(admitted) = shared.admission.admit(peer.ip()) else {
        tracing::debug!("there is no room for another connection");
        if port.tls.is_none() {
            let _ = refuse(stream);
        }
        return;
    };
    shared.app.metering.accepted.add(1);
    let open = shared.app.metering.connections.hold();
    let (port, stop, alive) = (Arc::clone(port), shared.stop.clone(), shared.alive.clone());
    tokio::spawn(async move {
        let _open = open;
        port.hold((stream, peer), admitted, stop).await;
        drop(alive);
    });
}

/// Says to a connection that there is no room. Whoever does not take it at once goes without.
fn refuse(stream: TcpStream) -> std::io::Result<()> {
    let (detail, code) = (Problem::Busy.detail(), Problem::Busy.code());
    let body = serde_json::json!({"detail": detail, "code": code}).to_string();
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.into_std()?.write_all(answer.as_bytes())
}
