//! The person at the terminal: asked questions, with or without showing what is typed.

use std::io::{IsTerminal, Write, stderr, stdin, stdout};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};

use super::failure::{Failure, Outcome};

/// Whether somebody is there to answer.
pub(super) fn is_interactive() -> bool {
    stdin().is_terminal()
}

/// Columns of the terminal that standard output is; `None` when it is a file or a pipe.
pub(super) fn width() -> Option<usize> {
    let size = tcgetwinsize(stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

/// Asks, and answers the line that was typed.
pub(super) async fn ask(question: &str) -> Outcome<String> {
    let _ = write!(stderr(), "{question}");
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        stdin().read_line(&mut line).map(|_| line)
    });
    tokio::select! {
        line = read => match line {
            Ok(Ok(line)) if line.ends_with('\n') => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
            _ => Err(Failure::Failed("no answer was given, and nothing was done".into())),
        },
        _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
    }
}

/// Asks without showing what is typed.
pub(super) async fn ask_secret(question: &str) -> Outcome<String> {
    let silence = Silence::begin();
    let answer = ask(question).await;
    drop(silence);
    // The line break was not shown either.
    let _ = writeln!(stderr());
    answer
}

/// While it lives, the terminal does not show what is typed.
struct Silence(Termios);

impl Silence {
    fn begin() -> Option<Self> {
        let before = tcgetattr(stdin()).ok()?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(stdin(), OptionalActions::Flush, &silent).ok()?;
        Some(Self(before))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.0);
    }
}
