//! Breached passwords that the operator has added: a file of digests, and a service that is asked for some.

mod fetch;
mod file;
mod online;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use crate::clock::Timestamp;
use crate::config::Config;

use file::DigestFile;
use online::Online;

/// SHA-1, because that is what the collections are indexed by. It protects nothing here.
type Digest = [u8; 20];

/// What is asked besides the policy whether a password was stolen somewhere.
pub struct Breached {
    file: Option<DigestFile>,
    service: Option<Online>,
}

impl Breached {
    /// Opens what the settings name. The error is a sentence for the operator.
    pub fn of(config: &Config) -> Result<Self, String> {
        let settings = &config.passwords;
        let file = settings.breached_file.as_deref().map(DigestFile::open);
        let service = settings
            .breached_online
            .then(|| Online::of(&settings.breached_url));
        Ok(Self {
            file: file.transpose()?,
            service: service.transpose()?,
        })
    }

    /// Whether the file or the service has the password. What cannot be asked knows nothing: a file that was lost, or a
    /// service that is down, must not stop people from registering.
    pub async fn knows(&self, password: &str, now: Timestamp) -> bool {
        let digest = sha1(password);
        if let Some(file) = &self.file
            && file.has(digest).await
        {
            return true;
        }
        match &self.service {
            // On the heap: there is a connection with TLS in it, and few ask.
            Some(service) => Box::pin(service.has(digest, now)).await,
            None => false,
        }
    }
}

fn sha1(password: &str) -> Digest {
    let mut out = Digest::default();
    out.copy_from_slice(digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes()).as_ref());
    out
}

/// The bytes of a text of hexadecimal digits in either case, if it is exactly that.
fn unhex<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut out = [0; N];
    let (pairs, []) = text.as_chunks::<2>() else {
        return None;
    };
    if pairs.len() != N {
        return None;
    }
    for (byte, [high, low]) in out.iter_mut().zip(pairs) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(out)
}

fn nibble(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}
