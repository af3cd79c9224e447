//! Hashes that are kept sealed under the master key, because the system that they come from has kept a secret for them.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::crypto::MasterKey;

const PREFIX: &str = "$sealed$";
/// What the sealing is bound to.
const PLACE: &str = "foreign password hash";

/// What is stored instead of `hash`.
pub fn seal(secrets: &MasterKey, hash: &str) -> String {
    let sealed = secrets.seal(PLACE, hash.as_bytes());
    format!("{PREFIX}{}", STANDARD_NO_PAD.encode(sealed))
}

/// The hash as it was before it was sealed, if it was. `None` under another master key.
pub fn opened<'a>(secrets: &MasterKey, stored: &'a str) -> Option<Cow<'a, str>> {
    let Some(sealed) = stored.strip_prefix(PREFIX) else {
        return Some(Cow::Borrowed(stored));
    };
    let sealed = STANDARD_NO_PAD.decode(sealed).ok()?;
    let plain = secrets.open(PLACE, &sealed)?;
    String::from_utf8(plain).ok().map(Cow::Owned)
}
