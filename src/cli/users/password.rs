//! The password of a new account: read, asked for, or made up.

use std::io::{Read, stdin};

use crate::app::App;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::terminal;
use crate::crypto;

/// The base 32 of Crockford: letters and digits that nobody confuses, five random bits each.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Far more than the longest password.
const MOST_BYTES: u64 = 64 * 1024;

/// The password on standard input, without the line break at its end.
pub(super) fn from_stdin() -> Outcome<String> {
    let mut text = String::new();
    let read = stdin().take(MOST_BYTES).read_to_string(&mut text);
    read.map_err(|error| {
        Failure::Failed(format!(
            "the password cannot be read from standard input: {error}"
        ))
    })?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

/// Asks for it twice, because nobody sees what he types.
pub(super) async fn asked() -> Outcome<String> {
    if !terminal::is_interactive() {
        let advice = "there is no terminal to ask for a password: add --password-stdin or --generate-password";
        return Err(Failure::Usage(advice.into()));
    }
    let password = terminal::ask_secret("Password: ").await?;
    if terminal::ask_secret("The same again: ").await? == password {
        Ok(password)
    } else {
        Err(Failure::Failed(
            "these were two different passwords, and nothing was done".into(),
        ))
    }
}

/// A new one of a hundred random bits or more, in groups of five: `k3mwp-x7hqa-…`.
pub(super) fn generated(app: &App) -> String {
    let settings = &app.config.passwords;
    let mut password = group();
    for _ in 1..settings.min_length.div_ceil(5).max(4) {
        password.push('-');
        password.push_str(&group());
    }
    password.truncate(settings.max_length);
    password
}

fn group() -> String {
    let letter = |byte: u8| {
        ALPHABET
            .get(usize::from(byte % 32))
            .copied()
            .map_or('a', char::from)
    };
    crypto::random::<5>().into_iter().map(letter).collect()
}
