//! The password of a new account: read, asked for, or known to nobody.

use std::io::{Read, stdin};

use crate::app::App;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::terminal;
use crate::crypto;

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
        let advice = "there is no terminal to ask for a password: add --password-stdin or --link";
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

/// One that nobody knows and that is shown to nobody: for an account whose owner will choose another.
pub(super) fn unknown(app: &App) -> String {
    let mut password = [(); 3].map(|()| crypto::random_token()).concat();
    password.truncate(app.config.passwords.max_length);
    password
}
