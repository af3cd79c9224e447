//! A client for one thing: `GET` of a small text, over TLS unless the address says otherwise, without redirects.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper::header::{HOST, USER_AGENT};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::{Position, Url};

/// Several times a padded answer.
const MOST_BYTES: usize = 256 * 1024;

/// Fetches what lies below one address.
pub(super) struct Client {
    url: Url,
    host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Client {
    /// A client for `url`, to which a word is appended at each request. The error says what is wrong with it.
    pub(super) fn of(url: Url) -> Result<Self, String> {
        let expected = || "expected an https:// address that ends with a slash".to_owned();
        let is_plain =
            url.username().is_empty() && url.query().is_none() && url.fragment().is_none();
        if !is_plain || !url.path().ends_with('/') {
            return Err(expected());
        }
        let (host, port) = (url.host_str(), url.port_or_known_default());
        let (host, port) = host.zip(port).ok_or_else(expected)?;
        // The literal of an IPv6 address wears brackets in an address, and nowhere else.
        let host = host.trim_matches(['[', ']']).to_owned();
        let tls = match url.scheme() {
            "https" => Some(tls(&host)?),
            "http" => None,
            _ => return Err(expected()),
        };
        Ok(Self {
            url,
            host,
            port,
            tls,
        })
    }

    /// The text at the address with `word` at its end. Anything but a 200 is an error, a redirect too.
    pub(super) async fn get(&self, word: &str) -> Result<String, String> {
        let stream = TcpStream::connect((self.host.as_str(), self.port));
        let stream = stream.await.map_err(said)?;
        match &self.tls {
            None => self.ask(stream, word).await,
            Some((connector, name)) => {
                let stream = connector.connect(name.clone(), stream);
                self.ask(stream.await.map_err(said)?, word).await
            }
        }
    }

    async fn ask<S>(&self, stream: S, word: &str) -> Result<String, String>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(said)?;
        let answer = async {
            let answer = sender
                .send_request(self.request(word)?)
                .await
                .map_err(said)?;
            if answer.status() != StatusCode::OK {
                return Err(format!("status {}", answer.status()));
            }
            let body = Limited::new(answer.into_body(), MOST_BYTES).collect();
            let bytes = body.await.map_err(said)?.to_bytes();
            String::from_utf8(bytes.into()).map_err(said)
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

    fn request(&self, word: &str) -> Result<Request<Empty<Bytes>>, String> {
        let path = format!("{}{word}", self.url.path());
        let host = &self.url[Position::BeforeHost..Position::AfterPort];
        Request::get(path)
            .header(HOST, host)
            .header(USER_AGENT, "gatepost")
            // So that not even the length of the answer tells which digits were asked for.
            .header("Add-Padding", "true")
            .body(Empty::new())
            .map_err(said)
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
