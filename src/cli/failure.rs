//! Why a command did not do what was asked: a line for people, and an exit code for programs.

use std::process::ExitCode;

use serde_json::Value;

use crate::error::{Error, Fault, Problem};

/// What a command answers.
pub(super) type Outcome<T = ()> = Result<T, Failure>;

/// The end of a command that did not succeed.
#[derive(Debug)]
pub(super) enum Failure {
    /// It cannot be asked for like this: exit code 2.
    Usage(String),
    /// It was tried: exit code 1. Each line is printed as one of its own.
    Failed(String),
    /// Ctrl-C: exit code 130, as shells count it (128 and the number of the signal).
    Interrupted,
}

impl Failure {
    /// Tells the person, and answers the exit code.
    pub fn report(&self) -> ExitCode {
        let (text, code) = match self {
            Self::Usage(text) => (text.as_str(), 2),
            Self::Failed(text) => (text.as_str(), 1),
            Self::Interrupted => ("", 130),
        };
        for line in text.lines() {
            super::output::complain(line);
        }
        ExitCode::from(code)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Failed(match error {
            Error::Problem(problem) | Error::TryLater(problem, _) => in_words(problem),
            // Commands have no session.
            Error::SessionOver(why) => why.to_owned(),
            Error::NoSuchAccount(id) => format!("no account has the id {id}"),
            Error::Invalid(faults) => faults.iter().map(|fault| line(fault) + "\n").collect(),
            Error::Database(fault) => fault.to_string(),
            Error::Internal(text) => text,
        })
    }
}

/// The problem, and what to do about it where the command line can.
fn in_words(problem: Problem) -> String {
    match problem {
        Problem::LastAdministrator => {
            format!(
                "{} Make another one first: gatepost user set-role WHO ADMIN",
                problem.detail()
            )
        }
        _ => problem.detail().to_owned(),
    }
}

/// `email: value is not a valid email address: …`
fn line(fault: &Fault) -> String {
    let field = fault.loc.last().and_then(Value::as_str).unwrap_or("input");
    let what = fault
        .msg
        .strip_prefix("Value error, ")
        .unwrap_or(&fault.msg);
    format!("{field}: {what}")
}
