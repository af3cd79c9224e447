//! List the keys that sign tokens: since when, and until when each is accepted. Their private halves stay in the database.
//!
//! Doors: the console, `gatepost keys list`.

use serde::Serialize;

use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::keys;
use crate::sessions::Admin;

/// The only algorithm there is (RFC 7518 section 3.4).
const ALGORITHM: &str = "ES256";

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// New tokens are signed with it.
    Signs,
    /// Tokens that it has signed are accepted.
    Verifies,
    /// All tokens that it has signed have run out; it is about to be deleted.
    Over,
}

/// A key that signs tokens, without its private half.
#[derive(Debug, Clone, Serialize)]
pub struct KeyView {
    /// Its name in the header of a token.
    pub kid: String,
    /// The algorithm.
    pub algorithm: &'static str,
    /// What it is for.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When another took its place.
    pub retired_at: Option<Timestamp>,
    /// When the last token that it has signed runs out; unknown of the one that signs.
    pub accepted_until: Option<Timestamp>,
}

/// The keys, the one that signs first.
pub async fn list(app: &App, _admin: &Admin) -> Result<Vec<KeyView>> {
    let now = app.clock.now();
    let lifetime = app.config.session.lifetime.get();
    let keys = keys::dates(app).await?.into_iter();
    let view = |key: keys::KeyDates| {
        let accepted_until = key.retired_at.map(|retired| retired.plus(lifetime));
        KeyView {
            kid: key.kid,
            algorithm: ALGORITHM,
            state: match accepted_until {
                None => KeyState::Signs,
                Some(until) if until > now => KeyState::Verifies,
                Some(_) => KeyState::Over,
            },
            created_at: key.created_at,
            retired_at: key.retired_at,
            accepted_until,
        }
    };
    Ok(keys.map(view).collect())
}
