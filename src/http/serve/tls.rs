//! TLS 1.2 and 1.3 by rustls, with the suites of Mozilla's "intermediate" configuration, which are rustls' own.
//!
//! The certificate is looked at again every few seconds and on SIGHUP, so that a renewal needs no restart. Files that
//! cannot be used (half written, certificate and key of two renewals) leave the one before in force.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::certificate::{Content, Files};
use crate::clock::{Clock, Timestamp};
use crate::config::Config;

const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// A round of complaints about a certificate that nobody renews.
const COMPLAIN_AGAIN: Duration = Duration::from_hours(24);

const HTTP_2: &[u8] = b"h2";
const HTTP_1_1: &[u8] = b"http/1.1";

/// What TLS connections need: cheap to clone, and the certificate is the same for all.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    patience: Duration,
    files: Files,
    provider: Arc<CryptoProvider>,
    current: Arc<Current>,
    /// What stood in the files when that one was read from them.
    known: Arc<Mutex<Content>>,
}

/// A connection after its handshake, by the version that the client chose.
pub(super) enum Secured {
    First(Box<TlsStream<TcpStream>>),
    Second(Box<TlsStream<TcpStream>>),
}

/// The certificate in force.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(
            &self.0.read().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

impl Tls {
    /// Reads the certificate of the settings; `None` when there is none. The error is a sentence for the operator.
    pub fn load(config: &Config, now: Timestamp) -> Result<Option<Self>, String> {
        let Some(files) = Files::of(config) else {
            return Ok(None);
        };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let content = files.read()?;
        let key = files.parse(&content, &provider)?;
        for complaint in files.complaints(&key, now) {
            tracing::warn!("{complaint}");
        }
        let current = Arc::new(Current(RwLock::new(Arc::new(key))));
        let resolver = Arc::clone(&current);
        let mut server = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|fault| fault.to_string())?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        server.alpn_protocols = vec![HTTP_2.to_vec(), HTTP_1_1.to_vec()];
        Ok(Some(Self {
            acceptor: TlsAcceptor::from(Arc::new(server)),
            patience: config.tls.handshake_deadline.get(),
            files,
            provider,
            current,
            known: Arc::new(Mutex::new(content)),
        }))
    }

    /// What there is to be said of the certificate of the settings, in sentences for the operator; `None` when there is none, and
    /// an error when it cannot be used at all.
    pub fn examine(config: &Config, now: Timestamp) -> Result<Option<Vec<String>>, String> {
        let Some(files) = Files::of(config) else {
            return Ok(None);
        };
        let key = files.parse(&files.read()?, &aws_lc_rs::default_provider())?;
        Ok(Some(files.complaints(&key, now)))
    }

    /// The handshake; `None` when it failed or took too long.
    pub(super) async fn shake_hands(&self, stream: TcpStream) -> Option<Secured> {
        let hands = self.acceptor.accept(stream);
        match tokio::time::timeout(self.patience, hands).await {
            Ok(Ok(stream)) => {
                let is_second = stream.get_ref().1.alpn_protocol() == Some(HTTP_2);
                let stream = Box::new(stream);
                Some(if is_second {
                    Secured::Second(stream)
                } else {
                    Secured::First(stream)
                })
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "a TLS handshake failed");
                None
            }
            Err(_) => {
                tracing::debug!("a TLS handshake took too long");
                None
            }
        }
    }

    /// Follows the files until `stop` says so.
    pub(super) async fn follow(self, clock: Clock, mut stop: watch::Receiver<bool>) {
        let mut fault = None;
        let mut complained = tokio::time::Instant::now();
        let Ok(mut hangup) = signal(SignalKind::hangup()) else {
            return;
        };
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                _ = hangup.recv() => {}
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
            match self.renew(clock.now()) {
                Ok(is_new) if is_new => fault = None,
                Ok(_) => {}
                // Said once, however long it lasts.
                Err(new) if fault.as_ref() == Some(&new) => {}
                Err(new) => {
                    tracing::error!("{new}. The certificate from before stays in force");
                    fault = Some(new);
                }
            }
            if complained.elapsed() >= COMPLAIN_AGAIN {
                complained = tokio::time::Instant::now();
                self.complain(clock.now());
            }
        }
    }

    /// Puts the certificate of the files into force if they have changed since the last one was read: a renewal while the
    /// server was starting counts as well.
    fn renew(&self, now: Timestamp) -> Result<bool, String> {
        let content = self.files.read()?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if *known == content {
            return Ok(false);
        }
        let key = self.files.parse(&content, &self.provider)?;
        *known = content;
        drop(known);
        let mut current = self
            .current
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(key);
        drop(current);
        tracing::info!("the new certificate is in force");
        self.complain(now);
        Ok(true)
    }

    fn complain(&self, now: Timestamp) {
        let current = self
            .current
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let current = Arc::clone(&current);
        for complaint in self.files.complaints(&current, now) {
            tracing::warn!("{complaint}");
        }
    }
}
