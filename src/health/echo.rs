//! Echo: `gatepost doctor` asks through the public URL how its request arrives here.
//!
//! It shows a question that only the holder of the master key can have written, for five minutes, and gets the answer
//! sealed under the same key. Whoever else asks, or looks on, learns nothing, not even that there was something to ask.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Arrival;
use crate::app::App;
use crate::clock::Timestamp;
use crate::crypto::{self, MasterKey};

/// The header of the question, and of the answer.
pub const HEADER: &str = "gatepost-doctor";

/// How long a question is answered.
const FRESH: Duration = Duration::from_mins(5);

/// The longest question.
const BYTES: usize = 200;

/// A question that a server with the same key answers.
pub fn question(secrets: &MasterKey, now: Timestamp) -> String {
    let asked = format!("{}.{}", now.seconds(), crypto::random_token());
    let signature = secrets.sign(&signed(&asked));
    format!("{asked}.{signature}")
}

/// What a server has answered to `question`; `None` when the answer is of another key, or to another question.
pub fn open_echo(secrets: &MasterKey, question: &str, echo: &str) -> Option<Arrival> {
    let sealed = URL_SAFE_NO_PAD.decode(echo).ok()?;
    let plain = secrets.open(&place(question), &sealed)?;
    serde_json::from_slice(&plain).ok()
}

/// The answer, if the question is one of ours and fresh.
pub(super) fn answer(app: &App, question: &str, arrival: &Arrival) -> Option<String> {
    let (asked, signature) = question.rsplit_once('.')?;
    if question.len() > BYTES || !app.secrets.is_signed(&signed(asked), signature) {
        return None;
    }
    let at: i64 = asked.split('.').next()?.parse().ok()?;
    let apart = app.clock.now().seconds().abs_diff(at);
    if apart > FRESH.as_secs() {
        return None;
    }
    let plain = serde_json::to_vec(arrival).ok()?;
    let sealed = app.secrets.seal(&place(question), &plain);
    Some(URL_SAFE_NO_PAD.encode(sealed))
}

fn signed(asked: &str) -> String {
    format!("doctor's question:{asked}")
}

fn place(question: &str) -> String {
    format!("doctor's answer:{question}")
}
