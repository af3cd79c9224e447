//! The policy for new passwords: long enough and not easily guessed (NIST SP 800-63B-4 section 3.1.1.2).
//!
//! No rules of composition, nothing cut, nothing trimmed. `common.txt` holds the 11,611 entries of eight characters and
//! more among the 30,000 most common passwords in the list of zxcvbn 4.4 (Dropbox, MIT licence), lower-cased and sorted.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::app::App;
use crate::config::Config;
use crate::http::input::Faults;
use crate::unicode;

/// Fewest characters, unless the settings ask for more; the schema shows it.
pub const MIN_CHARS: usize = 8;
/// Most characters; the schema shows it.
pub const MAX_CHARS: usize = 128;

static COMMON: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Judges new passwords.
#[derive(Debug, Clone)]
pub struct Policy {
    min_chars: usize,
    max_chars: usize,
    context: Vec<String>,
}

impl Policy {
    /// The policy of the settings. The product's and the host's names are no passwords.
    pub fn of(config: &Config) -> Self {
        let host = config
            .public_url
            .as_ref()
            .and_then(|url| url.host_str().map(str::to_owned));
        let mut context = vec!["gatepost".to_owned(), unicode::fold(&config.product)];
        context.extend(
            host.iter()
                .flat_map(|host| host.split('.'))
                .map(unicode::fold),
        );
        Self {
            min_chars: config.passwords.min_length,
            max_chars: config.passwords.max_length,
            context,
        }
    }

    /// What is wrong with `password` and what would do, or nothing. `personal` are the person's address and names.
    pub fn objection(&self, password: &str, personal: &[&str]) -> Option<String> {
        let length = password.chars().count();
        if length < self.min_chars {
            return Some(format!(
                "This password is too short: use at least {} characters.",
                self.min_chars
            ));
        }
        if length > self.max_chars {
            return Some(format!(
                "This password is too long: use at most {} characters.",
                self.max_chars
            ));
        }
        let folded = unicode::fold(password);
        if COMMON.binary_search(&folded.as_str()).is_ok() || is_monotonous(&folded) {
            let advice = "This password is one of the first that anybody would try. A few unrelated words make a good one.";
            return Some(advice.to_owned());
        }
        let personal = personal.iter().flat_map(|text| words(text));
        let mut barred = self.context.iter().cloned().chain(personal);
        let guessed = barred.any(|word| is_made_of(&folded, &word));
        guessed.then(|| {
            "This password is your own name or address, or this site's. A few unrelated words make a good one.".to_owned()
        })
    }
}

/// The words of an address or a name that would make a guess.
fn words(text: &str) -> Vec<String> {
    let folded = unicode::fold(text);
    let parts = folded
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_owned);
    let mut words: Vec<String> = parts.filter(|word| word.chars().count() >= 4).collect();
    words.push(folded.split('@').next().unwrap_or_default().to_owned());
    words.push(folded);
    words
}

/// Whether the password is `word` with nothing but digits and signs around it.
fn is_made_of(password: &str, word: &str) -> bool {
    if word.chars().count() < 4 {
        return false;
    }
    let Some((before, after)) = password.split_once(word) else {
        return false;
    };
    !(before.chars().chain(after.chars())).any(char::is_alphabetic)
}

/// Whether one character is repeated, or each is the successor of the one before.
fn is_monotonous(password: &str) -> bool {
    let codes: Vec<i64> = password.chars().map(|c| i64::from(u32::from(c))).collect();
    let mut steps = codes.windows(2).map(|pair| match pair {
        [a, b] => b - a,
        _ => 0,
    });
    let first = steps.next().unwrap_or(0);
    (-1..=1).contains(&first) && steps.all(|step| step == first)
}

/// Judges the password that was sent as `field`, by itself and by the person's other fields.
pub fn review(app: &App, sent: &Map<String, Value>, field: &str, faults: &mut Faults) {
    let text = |name: &str| sent.get(name).and_then(Value::as_str);
    let Some(password) = text(field).filter(|_| !faults.names("body", field)) else {
        return;
    };
    let personal: Vec<&str> = ["email", "nickname", "first_name", "last_name"]
        .into_iter()
        .filter_map(text)
        .collect();
    if let Some(objection) = app.policy.objection(password, &personal) {
        faults.add_value_error(&["body", field], &objection, Value::Null);
    }
}
