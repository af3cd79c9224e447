//! Access tokens: JSON Web Tokens (RFC 7519, profile of RFC 9068) that name a session.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Error, Result};
use crate::ids::SessionId;

/// The kind of token, in its header (RFC 9068 section 2.1): no other signed text passes for one.
const KIND: &str = "at+jwt";

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    pub iss: String,
    pub sub: String,
    pub user_id: String,
    pub email: String,
    pub role: String,
    pub sid: String,
    pub aud: String,
    pub iat: i64,
    pub exp: i64,
    pub jti: String,
    /// Who acts as the subject, if it is not he himself (RFC 8693 section 4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
}

/// Somebody who acts as somebody else.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Act {
    pub sub: String,
}

/// A token, and the signature in it: 64 bytes.
pub(super) struct Signed {
    pub token: String,
    pub signature: Vec<u8>,
}

/// Signs `claims` with the key in force.
pub(super) async fn sign(app: &App, claims: &Claims) -> Result<Signed> {
    let key = app.keys.signing(app).await?;
    let message = message(&key.kid, claims)?;
    let signature = key.sign(message.as_bytes())?.as_ref().to_vec();
    Ok(Signed {
        token: compact(message, &signature),
        signature,
    })
}

/// The token that had this signature, if it still is one: `None` when the claims or the key have changed since. Two signatures of the
/// same claims differ, so that an equal token cannot be made by signing again.
pub(super) async fn restore(
    app: &App,
    claims: &Claims,
    signature: &[u8],
) -> Result<Option<String>> {
    let key = app.keys.signing(app).await?;
    let token = compact(message(&key.kid, claims)?, signature);
    Ok(check(app, &token).await?.map(|_| token))
}

/// What is signed (RFC 7515 section 5.1).
fn message(kid: &str, claims: &Claims) -> Result<String> {
    let header = Header {
        typ: Some(KIND.into()),
        kid: Some(kid.to_owned()),
        ..Header::new(Algorithm::ES256)
    };
    Ok(format!("{}.{}", part(&header)?, part(claims)?))
}

/// The compact form (RFC 7515 section 7.1).
fn compact(mut message: String, signature: &[u8]) -> String {
    message.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut message);
    message
}

fn part(content: &impl Serialize) -> Result<String> {
    let json = serde_json::to_vec(content)
        .map_err(|error| Error::Internal(format!("a token cannot be made: {error}")))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

/// Why a token whose session goes on is good for nothing.
pub(super) const EXPIRED: &str = "token_expired";

/// What a token of ours claims.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claimed {
    pub session: SessionId,
    /// Seconds since the epoch.
    pub expires_at: i64,
}

/// The session that a token names, if the token is ours, whether or not it has expired.
pub(super) async fn session_of(app: &App, token: &str) -> Result<Option<Claimed>> {
    if let Some(claimed) = app.signatures.find(token) {
        return Ok(Some(claimed));
    }
    let claimed = check(app, token).await?;
    if let Some(claimed) = claimed {
        app.signatures.insert(token, claimed, app.clock.now());
    }
    Ok(claimed)
}

async fn check(app: &App, token: &str) -> Result<Option<Claimed>> {
    let Ok(header) = jsonwebtoken::decode_header(token) else {
        return Ok(None);
    };
    // Only our own kind and algorithm, only keys of our own store: nothing in the header chooses another.
    if header.alg != Algorithm::ES256 || header.typ.as_deref() != Some(KIND) {
        return Ok(None);
    }
    let Some(kid) = header.kid else {
        return Ok(None);
    };
    let Some(key) = app.keys.find(app, &kid).await? else {
        return Ok(None);
    };
    let mut rules = Validation::new(Algorithm::ES256);
    rules.set_issuer(&[app.config.issuer()]);
    rules.set_audience(&[&app.config.tokens.audience]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Compared by the caller, by the clock that everything else goes by.
    rules.validate_exp = false;
    let Ok(decoded) = jsonwebtoken::decode::<Claims>(token, &key.decoding, &rules) else {
        return Ok(None);
    };
    let session = decoded.claims.sid.parse().ok();
    Ok(session.map(|session| Claimed {
        session,
        expires_at: decoded.claims.exp,
    }))
}
