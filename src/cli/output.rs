//! What commands print: on standard output what was asked for, on standard error everything else.

use std::io::{ErrorKind, Write};

use serde::Serialize;

use super::failure::{Failure, Outcome};
use crate::unicode;

/// Prints `text` as it is.
pub(super) fn print(text: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever reads (`head`, a pager) has enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::Failed(format!(
            "the output cannot be written: {error}"
        ))),
        Ok(()) => Ok(()),
    }
}

/// Prints a line.
pub(super) fn say(line: &str) -> Outcome {
    print(&format!("{line}\n"))
}

/// Prints `value` as indented JSON.
pub(super) fn json(value: &impl Serialize) -> Outcome {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::Failed(format!("the output cannot be written: {error}")))?;
    say(&text)
}

/// Prints a line of complaint or advice to standard error.
pub(super) fn complain(line: &str) {
    // Without a standard error there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "gatepost: {}", plain(line));
}

/// `text` on one line, without anything that would command the terminal or mislead the reader.
pub(super) fn plain(text: &str) -> String {
    // An escape sequence in somebody's name could hide other rows; a mark of direction turns them around.
    let visible = text.chars().filter(|c| !unicode::is_invisible(*c));
    visible
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
