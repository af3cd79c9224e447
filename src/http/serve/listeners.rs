//! The sockets that are listened on.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::net::{TcpListener, TcpStream};

use super::tls::Tls;

/// Bytes that the system keeps of what cannot be sent yet (`TCP_NOTSENT_LOWAT`); by itself it keeps megabytes.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 16 * 1024;

/// The bound addresses, and what is spoken on them.
pub struct Listeners {
    pub(super) main: Vec<TcpListener>,
    /// Where nothing is said but "over there, by https".
    pub(super) redirect: Vec<TcpListener>,
    pub(super) tls: Option<Tls>,
}

impl Listeners {
    /// Binds every address. A port 0 is chosen by the system once, and is then the same for all.
    pub async fn bind(addresses: &[SocketAddr]) -> std::io::Result<Self> {
        Ok(Self {
            main: bind_all(addresses).await?,
            redirect: Vec::new(),
            tls: None,
        })
    }

    /// Speaks TLS on them, if there is a certificate.
    #[must_use]
    pub fn with_tls(mut self, tls: Option<Tls>) -> Self {
        self.tls = tls;
        self
    }

    /// Binds the addresses that lead from http to https.
    pub async fn with_redirect(mut self, addresses: &[SocketAddr]) -> std::io::Result<Self> {
        self.redirect = bind_all(addresses).await?;
        Ok(self)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        port(&self.main)
    }

    /// The port that leads to https; 0 if there is none.
    pub fn redirect_port(&self) -> u16 {
        port(&self.redirect)
    }
}

fn port(listeners: &[TcpListener]) -> u16 {
    listeners
        .first()
        .and_then(|listener| listener.local_addr().ok())
        .map_or(0, |address| address.port())
}

async fn bind_all(addresses: &[SocketAddr]) -> std::io::Result<Vec<TcpListener>> {
    let mut bound: Vec<TcpListener> = Vec::new();
    for address in addresses {
        let mut address = *address;
        if address.port() == 0 {
            address.set_port(port(&bound));
        }
        match TcpListener::bind(address).await {
            Ok(listener) => bound.push(listener),
            // `localhost` on a machine without IPv6: the other address serves.
            Err(error) if !bound.is_empty() && error.kind() != std::io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Ok(bound)
}

/// Hands on who has connected and waits to be accepted: with the socket closed he would be thrown out.
pub(super) fn accept_rest(listener: &TcpListener, each: impl Fn(TcpStream, SocketAddr)) {
    while let Some(Ok((stream, peer))) = listener.accept().now_or_never() {
        each(stream, peer);
    }
}

/// Sends at once what there is, and leaves no more with the system than the other end will soon take: what it does not take
/// is noticed, and of thousands who take nothing each costs a few KiB.
fn prepare(stream: &TcpStream) {
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT);
}

/// Accepts for ever, and hands each connection on.
pub(super) async fn accept(listener: &TcpListener, each: impl Fn(TcpStream, SocketAddr)) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                prepare(&stream);
                each(stream, peer);
                // Whoever has to make room for it closes his socket now, before the next one needs its own.
                tokio::task::yield_now().await;
            }
            // Out of file descriptors, most likely: those in use will be free again.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}
