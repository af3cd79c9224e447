//! Outgoing requests: a small client, over TLS where the address says so, without redirects and with bounded answers.

mod certificate;

use std::sync::Arc;

use axum::http::header::{HOST, HeaderMap, USER_AGENT};
use axum::http::{HeaderName, HeaderValue, Method, Request};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Position, Url};

use crate::clock::Timestamp;

/// The longest answer that is read.
const MOST_BYTES: usize = 256 * 1024;

/// Whom to ask.
pub struct Client {
    host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

/// What to ask.
#[derive(Debug, Clone)]
pub struct Outgoing {
    method: Method,
    target: String,
    authority: String,
    headers: HeaderMap,
    body: Bytes,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The status.
    pub status: u16,
    headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// When the certificate of the other end runs out; `None` without TLS.
    pub certificate_ends: Option<Timestamp>,
}

impl Outgoing {
    /// Asks for what is at `url`.
    pub fn get(url: &Url) -> Self {
        Self::of(Method::GET, url)
    }

    /// Sends something to `url`.
    pub fn post(url: &Url) -> Self {
        Self::of(Method::POST, url)
    }

    fn of(method: Method, url: &Url) -> Self {
        let headers = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static("gatepost"))]);
        Self {
            method,
            target: url[Position::BeforePath..Position::AfterQuery].to_owned(),
            authority: url[Position::BeforeHost..Position::AfterPort].to_owned(),
            headers,
            body: Bytes::new(),
        }
    }

    /// Adds a header; one that HTTP does not allow is left out.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    fn into_request(self) -> Result<Request<Full<Bytes>>, String> {
        let mut request = Request::builder()
            .method(self.method)
            .uri(self.target)
            .header(HOST, self.authority)
            .body(Full::new(self.body))
            .map_err(said)?;
        request.headers_mut().extend(self.headers);
        Ok(request)
    }
}

impl Incoming {
    /// A header, if it is readable.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Client {
    /// A client for the host of `url`. The error says what is wrong with it.
    pub fn of(url: &Url) -> Result<Self, String> {
        let (host, port) = (url.host_str(), url.port_or_known_default());
        let (host, port) = host.zip(port).ok_or("expected an address with a host")?;
        // The literal of an IPv6 address wears brackets in an address, and nowhere else.
        let host = host.trim_matches(['[', ']']).to_owned();
        let tls = match url.scheme() {
            "https" => Some(tls(&host)?),
            "http" => None,
            _ => return Err("expected an http:// or https:// address".into()),
        };
        Ok(Self { host, port, tls })
    }

    /// Sends one request over a connection of its own. The caller bounds the time.
    pub async fn send(&self, request: Outgoing) -> Result<Incoming, String> {
        let stream = TcpStream::connect((self.host.as_str(), self.port));
        let stream = stream.await.map_err(said)?;
        let Some((connector, name)) = &self.tls else {
            return ask(stream, request).await;
        };
        let stream = connector.connect(name.clone(), stream).await;
        let stream = stream.map_err(said)?;
        let chain = stream.get_ref().1.peer_certificates();
        let first = chain.and_then(<[_]>::first);
        let certificate_ends = first.and_then(|der| certificate::ends(der));
        let answer = ask(stream, request).await?;
        Ok(Incoming {
            certificate_ends,
            ..answer
        })
    }
}

async fn ask<S>(stream: S, request: Outgoing) -> Result<Incoming, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(said)?;
    let answer = async {
        let answer = sender
            .send_request(request.into_request()?)
            .await
            .map_err(said)?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, MOST_BYTES).collect().await;
        Ok(Incoming {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.map_err(said)?.to_bytes(),
            certificate_ends: None,
        })
    };
    // The connection works while the answer is waited for, and ends with it: nothing is left running.
    tokio::pin!(answer);
    tokio::select! {
        done = &mut answer => done,
        closed = connection => match closed {
            Ok(()) => answer.await,
            Err(error) => Err(said(error)),
        },
    }
}

/// TLS that accepts what the operating system trusts.
fn tls(host: &str) -> Result<(TlsConnector, ServerName<'static>), String> {
    let name = ServerName::try_from(host.to_owned()).map_err(said)?;
    let config = ClientConfig::with_platform_verifier().map_err(said)?;
    Ok((TlsConnector::from(Arc::new(config)), name))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the form that `map_err` wants"
)]
fn said(error: impl ToString) -> String {
    error.to_string()
}
