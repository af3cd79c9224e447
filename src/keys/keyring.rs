//! The keys in memory: one signs, all that are published verify.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Signature};
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use super::store;
use crate::app::App;
use crate::clock::Timestamp;
use crate::crypto::MasterKey;
use crate::db::Db;
use crate::error::{Error, Result};

/// How long a ring from the database is believed before it is read again.
const FRESH_MILLIS: i64 = 30_000;

/// A key pair for ES256 (RFC 7518 section 3.4).
pub struct SigningKey {
    /// Its name in the header of a token: the thumbprint of the public key (RFC 7638).
    pub kid: String,
    /// The private half.
    pub encoding: EncodingKey,
    /// The public half.
    pub decoding: DecodingKey,
    /// The private half as it signs: read and checked once, which costs more than a signature.
    pair: EcdsaKeyPair,
    jwk: Jwk,
}

/// The keys of a moment.
struct Ring {
    keys: Vec<Arc<SigningKey>>,
    read_at: Timestamp,
}

impl Ring {
    fn find(&self, kid: &str) -> Option<Arc<SigningKey>> {
        self.keys.iter().find(|key| key.kid == kid).cloned()
    }
}

/// The keys, read again when they may have changed: another node may have rotated them.
pub struct Keyring(RwLock<Arc<Ring>>);

impl Keyring {
    /// Reads the keys; the first start makes one.
    pub async fn load(db: &Db, secrets: &MasterKey, now: Timestamp) -> Result<Self> {
        let mut ring = read(db, secrets, now).await?;
        if ring.keys.is_empty() {
            db.transaction(|tx| async move {
                store::guard(&tx, now).await?;
                // Another node may have been first.
                if store::list(&tx).await?.is_empty() {
                    super::rotate::insert_new(&tx, secrets, now).await?;
                }
                Ok::<_, Error>(())
            })
            .await?;
            ring = read(db, secrets, now).await?;
        }
        Ok(Self(RwLock::new(Arc::new(ring))))
    }

    /// The key that signs.
    pub async fn signing(&self, app: &App) -> Result<Arc<SigningKey>> {
        let ring = self.fresh(app).await?;
        ring.keys
            .first()
            .cloned()
            .ok_or_else(|| Error::Internal("there is no signing key".into()))
    }

    /// The key called `kid`.
    pub async fn find(&self, app: &App, kid: &str) -> Result<Option<Arc<SigningKey>>> {
        if let Some(key) = self.fresh(app).await?.find(kid) {
            return Ok(Some(key));
        }
        // Another node may have made it a moment ago, and its first tokens must be good everywhere.
        Ok(self.read_again(app).await?.find(kid))
    }

    /// The public halves (RFC 7517 section 5).
    pub async fn public(&self, app: &App) -> Result<JwkSet> {
        let ring = self.fresh(app).await?;
        Ok(JwkSet {
            keys: ring.keys.iter().map(|key| key.jwk.clone()).collect(),
        })
    }

    /// Forgets what was read, so that the next use sees a change at once.
    pub(super) fn forget(&self) {
        let mut ring = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *ring = Arc::new(Ring {
            keys: ring.keys.clone(),
            read_at: Timestamp(i64::MIN),
        });
    }

    async fn fresh(&self, app: &App) -> Result<Arc<Ring>> {
        let ring = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        let now = app.clock.now();
        if now.0.saturating_sub(ring.read_at.0) < FRESH_MILLIS {
            return Ok(ring);
        }
        self.read_again(app).await
    }

    async fn read_again(&self, app: &App) -> Result<Arc<Ring>> {
        let ring = Arc::new(read(&app.db, &app.secrets, app.clock.now()).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&ring);
        Ok(ring)
    }
}

/// Whether the database has signing keys, and so needs the master key that they were sealed under.
pub async fn exist(db: &Db) -> Result<bool> {
    Ok(!store::list(db).await?.is_empty())
}

async fn read(db: &Db, secrets: &MasterKey, now: Timestamp) -> Result<Ring> {
    let mut keys = Vec::new();
    for row in store::list(db).await? {
        let (kid, sealed): (String, Vec<u8>) = (row.get("kid")?, row.get("sealed")?);
        let private = secrets.open(&context(&kid), &sealed).ok_or_else(|| {
            Error::Internal(
                "the signing keys in the database were sealed under another master key. Give every node the same \
                 `keys.secret`, or put the right `master.key` into the data folder"
                    .into(),
            )
        })?;
        keys.push(Arc::new(SigningKey::from_pkcs8(&private)?));
    }
    Ok(Ring { keys, read_at: now })
}

/// The place that a private key is sealed for.
pub(super) fn context(kid: &str) -> String {
    format!("signing_keys:{kid}")
}

impl SigningKey {
    /// A new key pair in PKCS #8.
    pub(super) fn generate() -> Result<Vec<u8>> {
        let pair =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        Ok(pair
            .map_err(|_| Error::Internal("no key pair could be made".into()))?
            .as_ref()
            .to_vec())
    }

    pub(super) fn from_pkcs8(private: &[u8]) -> Result<Self> {
        let broken = |error: jsonwebtoken::errors::Error| {
            Error::Internal(format!("a signing key is broken: {error}"))
        };
        let encoding = EncodingKey::from_ec_der(private);
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private)
            .map_err(|error| Error::Internal(format!("a signing key is broken: {error}")))?;
        let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::ES256).map_err(broken)?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(broken)?;
        jwk.common.key_id = Some(kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        jwk.common.key_algorithm = Some(KeyAlgorithm::ES256);
        let decoding = DecodingKey::from_jwk(&jwk).map_err(broken)?;
        Ok(Self {
            kid,
            encoding,
            decoding,
            pair,
            jwk,
        })
    }

    /// The signature of `message` (RFC 7518 section 3.4).
    pub fn sign(&self, message: &[u8]) -> Result<Signature> {
        let signed = self.pair.sign(&SystemRandom::new(), message);
        signed.map_err(|_| Error::Internal("a token cannot be signed".into()))
    }
}
