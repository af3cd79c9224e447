//! The report: what was seen, and what to do about it.

use std::fmt::Write;

use serde::Serialize;
use serde_json::json;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::output::{self, plain};

/// How a thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    /// As it should be.
    Ok,
    /// It works, and should be better.
    Warn,
    /// Something does not work, or is not safe.
    Fail,
    /// It could not be looked at.
    Skip,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "FAIL",
            Self::Skip => "skip",
        }
    }
}

#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    level: Level,
    seen: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    todo: Option<String>,
}

/// All findings, in the order in which things were looked at.
#[derive(Debug)]
pub(super) struct Report {
    findings: Vec<Finding>,
    /// For programs, and then in one piece at the end. People are told each finding at once.
    is_json: bool,
    /// Why they cannot be told.
    unwritten: Option<Failure>,
}

impl Report {
    pub(super) fn new(is_json: bool) -> Self {
        Self {
            findings: Vec::new(),
            is_json,
            unwritten: None,
        }
    }

    pub(super) fn ok(&mut self, check: &'static str, seen: impl Into<String>) {
        self.add(check, Level::Ok, (seen.into(), None));
    }

    pub(super) fn skip(&mut self, check: &'static str, seen: impl Into<String>) {
        self.add(check, Level::Skip, (seen.into(), None));
    }

    pub(super) fn warn(
        &mut self,
        check: &'static str,
        seen: impl Into<String>,
        todo: impl Into<String>,
    ) {
        self.add(check, Level::Warn, (seen.into(), Some(todo.into())));
    }

    pub(super) fn fail(
        &mut self,
        check: &'static str,
        seen: impl Into<String>,
        todo: impl Into<String>,
    ) {
        self.add(check, Level::Fail, (seen.into(), Some(todo.into())));
    }

    fn add(&mut self, check: &'static str, level: Level, (seen, todo): (String, Option<String>)) {
        let finding = Finding {
            check,
            level,
            seen,
            todo,
        };
        // The next check may take its time, and whoever waits may have seen enough.
        if !self.is_json && self.unwritten.is_none() {
            self.unwritten = output::print(&finding.lines()).err();
        }
        self.findings.push(finding);
    }

    /// Ends it: an error when something has failed.
    pub(super) fn tell(self) -> Outcome {
        let (is_json, findings) = (self.is_json, self.findings);
        let count = |level| findings.iter().filter(|found| found.level == level).count();
        let (failed, warned) = (count(Level::Fail), count(Level::Warn));
        if is_json {
            output::json(&json!({"ok": failed == 0, "findings": findings}))?;
        }
        if let Some(failure) = self.unwritten {
            return Err(failure);
        }
        let s = |count: usize| if count == 1 { "" } else { "s" };
        match (failed, warned) {
            (0, 0) if is_json => Ok(()),
            (0, 0) => output::say("Everything that was looked at is as it should be."),
            (0, _) if is_json => Ok(()),
            (0, warned) => output::say(&format!("It works, with {warned} warning{}.", s(warned))),
            (failed, _) => Err(Failure::Failed(format!(
                "{failed} check{} failed",
                s(failed)
            ))),
        }
    }
}

impl Finding {
    fn lines(&self) -> String {
        let mut text = String::new();
        for (place, line) in self.seen.lines().enumerate() {
            let (level, check) = match place {
                0 => (self.level.word(), self.check),
                _ => ("", ""),
            };
            // A server of somebody else may have worded it. Writing into a string does not fail.
            let _ = writeln!(text, "{level:<5} {check:<11} {}", plain(line));
        }
        for line in self.todo.iter().flat_map(|todo| todo.lines()) {
            let _ = writeln!(text, "{:<17} -> {}", "", plain(line));
        }
        text
    }
}
