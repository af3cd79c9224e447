//! The policy for new passwords: long enough and not easily guessed (NIST SP 800-63B-4 section 3.1.1.2).
//!
//! No rules of composition, nothing cut, nothing trimmed.

use crate::config::Config;
use crate::unicode;

use super::guesses::is_guess;
use super::words::{is_made_of, words};

/// Fewest characters, unless the settings ask for more; the schema shows it.
pub const MIN_CHARS: usize = 8;
/// Most characters; the schema shows it.
pub const MAX_CHARS: usize = 128;

/// Judges new passwords.
#[derive(Debug, Clone)]
pub struct Policy {
    min_chars: usize,
    max_chars: usize,
    context: Vec<String>,
}

impl Policy {
    /// The policy of the settings. The names of the product and of the host are no passwords, nor what the operator lists.
    pub fn of(config: &Config) -> Self {
        let host = config.public_url.as_ref().and_then(url::Url::host_str);
        let names = ["gatepost", &config.product].into_iter().chain(host);
        let listed = config.passwords.context_words.iter().map(String::as_str);
        Self {
            min_chars: config.passwords.min_length,
            max_chars: config.passwords.max_length,
            context: names.chain(listed).flat_map(words).collect(),
        }
    }

    /// What is wrong with `password` and what would do, or nothing. `personal` are the person's address and names.
    pub fn objection(&self, password: &str, personal: &[&str]) -> Option<String> {
        self.length_objection(password.chars().count())
            .or_else(|| self.guess_objection(&unicode::fold(password), personal))
    }

    fn length_objection(&self, length: usize) -> Option<String> {
        if length < self.min_chars {
            return Some(format!(
                "This password is too short: use at least {} characters.",
                self.min_chars
            ));
        }
        (length > self.max_chars).then(|| {
            format!(
                "This password is too long: use at most {} characters.",
                self.max_chars
            )
        })
    }

    fn guess_objection(&self, folded: &str, personal: &[&str]) -> Option<String> {
        if is_guess(folded) {
            let advice = "This password is one of the first that anybody would try. A few unrelated words make a good one.";
            return Some(advice.to_owned());
        }
        let mut barred: Vec<String> = personal.iter().flat_map(|text| words(text)).collect();
        barred.extend(self.context.iter().cloned());
        is_made_of(folded, &barred).then(|| {
            "This password is your own name or address, or this site's. A few unrelated words make a good one.".to_owned()
        })
    }
}
