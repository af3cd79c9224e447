//! The master key: everything secret that must be read again lies in the database sealed under it.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{random, random_token};
use crate::config::{Config, LEAST_SECRET};

/// Length of the nonce in front of a sealed text (NIST SP 800-38D section 8.2.2: random, 96 bits).
const NONCE: usize = 12;

/// Keys derived from the one secret that an operator keeps.
pub struct MasterKey {
    sealing: LessSafeKey,
    signing: hmac::Key,
}

impl MasterKey {
    /// The key from the settings, or from `master.key` in the data folder, which is made when it is absent.
    ///
    /// The error is a sentence for the person who starts the server. With `is_needed` the database holds what was sealed
    /// under the key, so that a new one would open nothing.
    pub fn load(config: &Config, is_needed: bool) -> Result<Self, String> {
        if !config.keys.secret.is_empty() {
            return Self::derive(config.keys.secret.expose().as_bytes());
        }
        let path = config.data.join("master.key");
        match Self::read(&path)? {
            Some(key) => Ok(key),
            None if is_needed => Err(format!(
                "{} is missing, and the database holds keys that were sealed under it: put it back from the backup, or \
                 give every node the same `keys.secret`",
                path.display()
            )),
            None => Self::create(&path),
        }
    }

    /// The key in a file; `None` when there is no such file.
    pub fn read(path: &Path) -> Result<Option<Self>, String> {
        match fs::read_to_string(path) {
            Ok(text) => {
                refuse_open_permissions(path)?;
                Self::of_file(path, &text).map(Some)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
        }
    }

    /// Derives the keys from what a file holds, if that is a secret.
    fn of_file(path: &Path, text: &str) -> Result<Self, String> {
        let secret = text.trim();
        // Everybody can derive keys from nothing, or from the zeros that a power cut leaves in a file.
        let fault = if secret.is_empty() {
            "it is empty"
        } else if secret.contains('\0') {
            "it has zeros in it, as a file has that was not written to its end"
        } else if secret.chars().count() < LEAST_SECRET {
            "it has fewer than 32 characters"
        } else {
            return Self::derive(secret.as_bytes());
        };
        Err(format!(
            "{} is no master key: {fault}. Put it back from the backup. If it was never used, delete it, and the next \
             start makes a new one; otherwise signing keys, mails that wait and imported passwords that are sealed under \
             it are lost with it (docs/backup.md says what to do then)",
            path.display()
        ))
    }

    /// Derives the keys from `secret` by HKDF (RFC 5869).
    pub fn derive(secret: &[u8]) -> Result<Self, String> {
        let failed = |_| "the master key cannot be derived".to_owned();
        let pseudorandom =
            hkdf::Salt::new(hkdf::HKDF_SHA256, b"gatepost master key 1").extract(secret);
        let mut sealing = [0; 32];
        let mut signing = [0; 32];
        for (purpose, out) in [
            (b"seal".as_slice(), &mut sealing),
            (b"sign".as_slice(), &mut signing),
        ] {
            let purpose = [purpose];
            let material = pseudorandom
                .expand(&purpose, &AES_256_GCM)
                .map_err(failed)?;
            // AES_256_GCM stands here for "32 bytes": both keys have that length.
            material.fill(out).map_err(failed)?;
        }
        Ok(Self {
            sealing: LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &sealing).map_err(failed)?),
            signing: hmac::Key::new(hmac::HMAC_SHA256, &signing),
        })
    }

    /// Writes a new key and reads what then stands there: of two that start at once, both get the same one.
    fn create(path: &Path) -> Result<Self, String> {
        let secret = random_token();
        // Another random name: a draft that a crash leaves behind must not be called by its secret.
        let draft = path.with_extension(random_token());
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)
            .and_then(|mut file| {
                file.write_all(secret.as_bytes())?;
                file.sync_all()
            })
            // The name appears with its whole content, or not at all; one that is there already stays.
            .and_then(|()| match fs::hard_link(&draft, path) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
                _ => fs::read_to_string(path),
            });
        // A power cut must not take the name of the key and leave what is sealed under it: its folder is written first.
        let written = written.and_then(|secret| {
            let folder = path.parent().unwrap_or(Path::new("."));
            fs::File::open(folder)?.sync_all().map(|()| secret)
        });
        let _ = fs::remove_file(&draft);
        match written {
            Ok(secret) => Self::of_file(path, &secret),
            Err(error) => Err(format!("{} cannot be written: {error}", path.display())),
        }
    }

    /// Encrypts `plain` for the database; `context` names its place, so that a sealed text cannot be moved to another.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = random();
        let mut sealed = plain.to_vec();
        let done = self.sealing.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(context.as_bytes()),
            &mut sealed,
        );
        if done.is_err() {
            // Only a text of more than 64 GiB is refused.
            std::process::abort();
        }
        [nonce.as_slice(), &sealed].concat()
    }

    /// Decrypts what [`MasterKey::seal`] made; `None` under another key, for another place, or when it was changed.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let plain = self
            .sealing
            .open_in_place(nonce, Aad::from(context.as_bytes()), &mut text)
            .ok()?;
        Some(plain.to_vec())
    }

    /// A code that only this server can make for `message` (HMAC-SHA-256), URL-safe.
    pub fn sign(&self, message: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.signing, message.as_bytes()))
    }

    /// Whether `code` is the one for `message`, in constant time.
    pub fn is_signed(&self, message: &str, code: &str) -> bool {
        let code = URL_SAFE_NO_PAD.decode(code).unwrap_or_default();
        hmac::verify(&self.signing, message.as_bytes(), &code).is_ok()
    }
}

fn refuse_open_permissions(path: &Path) -> Result<(), String> {
    let mode = fs::metadata(path).map_or(0, |meta| meta.permissions().mode());
    let of_others = mode % 0o100;
    if of_others == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(format!(
        "{path} can be read by other users of this machine: run `chmod 600 {path}`"
    ))
}
