//! The certificate and its key: read from their files, and judged before anybody is shown them.

use std::path::PathBuf;

use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use x509_cert::der::Decode;

use crate::clock::Timestamp;
use crate::config::Config;

/// How long before its end a certificate is complained about: those of Let's Encrypt are renewed after two thirds of 90 days.
const SOON: i64 = 14 * 24 * 3600;

/// Where the certificate is.
#[derive(Debug, Clone)]
pub(super) struct Files {
    certificate: PathBuf,
    key: PathBuf,
    /// The host that people call, if the settings say it.
    host: Option<String>,
}

/// What stands in the files.
#[derive(PartialEq, Eq)]
pub(super) struct Content {
    certificate: Vec<u8>,
    key: zeroize::Zeroizing<Vec<u8>>,
}

impl Files {
    /// The files of the settings; `None`: Gatepost does not speak TLS itself.
    pub fn of(config: &Config) -> Option<Self> {
        let host = config.public_url.as_ref().and_then(url::Url::host_str);
        Some(Self {
            certificate: config.tls.certificate.clone()?,
            key: config.tls.key.clone()?,
            host: host.map(str::to_owned),
        })
    }

    /// Reads them. The error is a sentence for the operator.
    pub fn read(&self) -> Result<Content, String> {
        let read = |setting: &str, path: &PathBuf| {
            std::fs::read(path)
                .map_err(|fault| format!("{} cannot be read: {fault}", named(setting, path)))
        };
        Ok(Content {
            certificate: read("tls.certificate", &self.certificate)?,
            key: read("tls.key", &self.key)?.into(),
        })
    }

    /// Makes of the content what handshakes need.
    pub fn parse(
        &self,
        content: &Content,
        provider: &CryptoProvider,
    ) -> Result<CertifiedKey, String> {
        let chain = self.chain(&content.certificate)?;
        let key = self.private_key(&content.key)?;
        let (certificate, private) = (
            named("tls.certificate", &self.certificate),
            named("tls.key", &self.key),
        );
        CertifiedKey::from_der(chain, key, provider).map_err(|fault| match fault {
            rustls::Error::InconsistentKeys(_) => format!(
                "{private} is not the key of the first certificate in {certificate}: the server's own certificate \
                 stands first there, those that signed it below"
            ),
            fault => format!("{certificate} and {private} cannot be used: {fault}"),
        })
    }

    fn chain(&self, text: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
        let named = named("tls.certificate", &self.certificate);
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
        let chain = chain.map_err(|fault| format!("{named} is broken: {fault}"))?;
        if chain.is_empty() {
            return Err(format!(
                "{named} holds no certificate: PEM is expected, which begins with -----BEGIN CERTIFICATE-----"
            ));
        }
        Ok(chain)
    }

    fn private_key(&self, text: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
        let named = named("tls.key", &self.key);
        let is_locked = |text: &[u8]| {
            let text = String::from_utf8_lossy(text);
            text.contains("ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")
        };
        PrivateKeyDer::from_pem_slice(text).map_err(|fault| match fault {
            _ if is_locked(text) => format!(
                "{named} is protected by a passphrase: write it without one, as `openssl pkey -in … -out …` does, and \
                 let only Gatepost's user read it"
            ),
            pem::Error::NoItemsFound => format!(
                "{named} holds no private key: PEM is expected, which begins with -----BEGIN PRIVATE KEY-----"
            ),
            fault => format!("{named} is broken: {fault}"),
        })
    }

    /// What is wrong with a certificate that can be used all the same.
    pub fn complaints(&self, key: &CertifiedKey, now: Timestamp) -> Vec<String> {
        let Ok(own) = key.end_entity_cert() else {
            return Vec::new();
        };
        [self.of_time(own, now), self.of_name(own)]
            .into_iter()
            .flatten()
            .collect()
    }

    fn of_time(&self, own: &CertificateDer<'_>, now: Timestamp) -> Option<String> {
        let named = named("tls.certificate", &self.certificate);
        let parsed = x509_cert::Certificate::from_der(own).ok()?;
        let validity = parsed.tbs_certificate.validity;
        let seconds = |time: x509_cert::time::Time| {
            i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
        };
        let (from, until) = (seconds(validity.not_before), seconds(validity.not_after));
        let end = validity.not_after;
        match now.seconds() {
            now if now > until => Some(format!(
                "{named} has expired at {end}: browsers refuse it. Put the new certificate into the file; no restart is needed"
            )),
            now if now < from => Some(format!(
                "{named} is not valid before {}: browsers refuse it until then. Is the clock of this machine right?",
                validity.not_before
            )),
            now if now + SOON > until => Some(format!(
                "{named} expires at {end}. Put the new certificate into the file; no restart is needed"
            )),
            _ => None,
        }
    }

    fn of_name(&self, own: &CertificateDer<'_>) -> Option<String> {
        let host = self.host.as_deref()?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(bare).ok()?;
        let parsed = ParsedCertificate::try_from(own).ok()?;
        verify_server_name(&parsed, &name).err().map(|_| {
            format!(
                "{} is not for {host}, the host of public_url: browsers refuse it",
                named("tls.certificate", &self.certificate)
            )
        })
    }
}

fn named(setting: &str, path: &std::path::Path) -> String {
    format!("{setting} = \"{}\"", path.display())
}
