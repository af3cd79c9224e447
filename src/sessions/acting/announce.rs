//! Announce on every page that somebody is signed in as somebody else.

use serde_json::json;

use super::Acting;
use crate::http::banner;

/// Tells who acts as whom, and until when.
pub(in crate::sessions) fn tell(acting: &Acting, name: &str) {
    banner::announce(json!({"by": acting.name, "name": name, "until": acting.until}));
}

/// Tells that the browser still has the cookie of a session that is over.
pub(in crate::sessions) fn tell_over() {
    banner::announce(json!({"is_over": true}));
}
