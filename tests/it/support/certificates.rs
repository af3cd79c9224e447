//! Certificates made for a test, in files as an operator has them, and clients that trust them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatepost::config::Config;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// A certificate for `localhost` that signed itself, and its key.
pub struct Certificate {
    pub chain: PathBuf,
    pub key: PathBuf,
    der: CertificateDer<'static>,
}

/// Text for the two files, and the certificate itself.
fn made(until: Option<i32>) -> (String, String, CertificateDer<'static>) {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    if let Some(year) = until {
        params.not_after = date_time_ymd(year, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let der = certificate.der().clone();
    (certificate.pem(), key.serialize_pem(), der)
}

impl Certificate {
    /// Writes one into `folder`.
    pub fn write(folder: &Path) -> Self {
        Self::write_until(folder, None)
    }

    /// Writes one that ends with the beginning of that year.
    pub fn write_until(folder: &Path, until: Option<i32>) -> Self {
        let (certificate, key, der) = made(until);
        let files = Self {
            chain: folder.join("fullchain.pem"),
            key: folder.join("key.pem"),
            der,
        };
        std::fs::write(&files.chain, certificate).unwrap();
        std::fs::write(&files.key, key).unwrap();
        files
    }

    /// Puts the files into the settings.
    pub fn set(&self, config: &mut Config) {
        config.tls.certificate = Some(self.chain.clone());
        config.tls.key = Some(self.key.clone());
    }

    /// The side of a server that shows it.
    pub fn acceptor(&self) -> TlsAcceptor {
        let key = PrivateKeyDer::from_pem_file(&self.key).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.der.clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(server))
    }

    /// A handshake as a client makes it that trusts this certificate and speaks `protocols`.
    pub async fn connect(
        &self,
        port: u16,
        protocols: &[&str],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let mut trusted = RootCertStore::empty();
        trusted.add(self.der.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut client = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(trusted)
            .with_no_client_auth();
        client.alpn_protocols = protocols
            .iter()
            .map(|protocol| protocol.as_bytes().to_vec())
            .collect();
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(client))
            .connect(name, stream)
            .await
    }
}
