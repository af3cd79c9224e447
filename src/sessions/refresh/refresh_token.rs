//! Refresh tokens: what they say by themselves, and how one follows from another.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::app::App;
use crate::crypto;
use crate::ids::SessionId;

/// The bytes of a session's name, of the family's secret, and of the token's number.
const PARTS: (usize, usize, usize) = (16, 16, 4);

/// The characters of those, before the code: 36 bytes in base64.
const HEAD: usize = 48;

/// A refresh token. It reads as random text, and says to the server whose it is and how many of the session were before it, so that
/// one row for each session is enough.
///
/// Nobody can make one but the server: a code that takes its key seals what the token says. Nobody can make one who knows that key
/// and the database either: the secret of the family is in no row.
#[derive(Debug, Clone)]
pub(in crate::sessions) struct RefreshToken {
    pub session: SessionId,
    /// How many of its session were before it.
    pub number: u32,
    /// What of it is kept.
    pub digest: [u8; 32],
    /// The same in all tokens of the session.
    secret: [u8; PARTS.1],
    text: String,
}

impl RefreshToken {
    /// The first one of a session.
    pub fn first(app: &App, session: SessionId) -> Self {
        Self::make(app, (session, 0), crypto::random())
    }

    /// The one that follows. It is the same however often it is asked for, as long as the server's key is.
    pub fn next(&self, app: &App) -> Self {
        let number = self.number.saturating_add(1);
        Self::make(app, (self.session, number), self.secret)
    }

    fn make(app: &App, (session, number): (SessionId, u32), secret: [u8; PARTS.1]) -> Self {
        let bytes = [
            session.0.as_bytes().as_slice(),
            &secret,
            &number.to_be_bytes(),
        ];
        let mut text = URL_SAFE_NO_PAD.encode(bytes.concat());
        text.push_str(&app.secrets.sign(&signed(&text)));
        Self {
            session,
            number,
            digest: crypto::digest(text.as_bytes()),
            secret,
            text,
        }
    }

    /// What a text claims to be; `None` for any that is no refresh token. Whether the server has made it, only
    /// [`RefreshToken::is_ours`] and its digest can tell.
    pub fn parse(text: &str) -> Option<Self> {
        let (head, _) = text.split_at_checked(HEAD)?;
        let bytes = URL_SAFE_NO_PAD.decode(head).ok()?;
        let (session, rest) = bytes.split_at_checked(PARTS.0)?;
        let (secret, number) = rest.split_at_checked(PARTS.1)?;
        Some(Self {
            session: SessionId(Uuid::from_slice(session).ok()?),
            number: u32::from_be_bytes(number.try_into().ok()?),
            secret: secret.try_into().ok()?,
            digest: crypto::digest(text.as_bytes()),
            text: text.to_owned(),
        })
    }

    /// Whether the server has made it, under the key that it has now.
    pub fn is_ours(&self, app: &App) -> bool {
        let parts = self.text.split_at_checked(HEAD);
        parts.is_some_and(|(head, code)| app.secrets.is_signed(&signed(head), code))
    }

    /// As its holder shows it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn signed(head: &str) -> String {
    format!("refresh token {head}")
}
