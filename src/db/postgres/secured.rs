//! TLS to PostgreSQL.

use std::error::Error;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio_postgres::Socket;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

/// What goes wrong before there is a connection.
type Failure = Box<dyn Error + Send + Sync>;
type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// Speaks TLS with a server that says it can. Whom the system trusts is read only then, once: it may be hundreds of files, and most
/// servers on the same machine speak in clear.
#[derive(Clone, Default)]
pub(in crate::db) struct Connector(Arc<OnceLock<MakeRustlsConnect>>);

/// A server that has not said yet whether it can.
pub(in crate::db) struct Host {
    connector: Connector,
    name: String,
}

impl Connector {
    fn ready(&self) -> Result<MakeRustlsConnect, Failure> {
        if let Some(ready) = self.0.get() {
            return Ok(ready.clone());
        }
        let made = MakeRustlsConnect::new(ClientConfig::with_platform_verifier()?);
        Ok(self.0.get_or_init(|| made).clone())
    }
}

impl MakeTlsConnect<Socket> for Connector {
    type Stream = Stream;
    type TlsConnect = Host;
    type Error = Failure;

    fn make_tls_connect(&mut self, name: &str) -> Result<Host, Failure> {
        let (connector, name) = (self.clone(), name.to_owned());
        Ok(Host { connector, name })
    }
}

impl TlsConnect<Socket> for Host {
    type Stream = Stream;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, Failure>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let mut ready = self.connector.ready()?;
            let host = MakeTlsConnect::<Socket>::make_tls_connect(&mut ready, &self.name)?;
            Ok(host.connect(socket).await?)
        })
    }
}
