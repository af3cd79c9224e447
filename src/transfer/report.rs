//! The report: how many came, what became of them, and which rows could not come or came changed, and why.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// Issues that are kept for the report. A file with more of them has one cause for most.
const MOST_ISSUES: usize = 1000;
/// Names of roles that are kept for the report.
const MOST_ROLES: usize = 100;

/// What an import has done, or with `dry_run` would do.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Nothing was written.
    pub dry_run: bool,
    /// The end of the source was reached.
    pub complete: bool,
    /// Rows that were read.
    pub read: u64,
    /// Accounts that are new.
    pub imported: u64,
    /// Accounts that were there already, and stay as they are.
    pub present: u64,
    /// Accounts that were there already, and were changed.
    pub updated: u64,
    /// Rows that could not come.
    pub refused: u64,
    /// Rows that are no accounts, such as the groups of Django.
    pub skipped: u64,
    /// New accounts without a password: their owners choose one by mail.
    pub without_password: u64,
    /// New accounts whose owners have to verify the address before they can log in.
    pub unverified: u64,
    /// New accounts that nobody can log in to until the lock is lifted.
    pub locked: u64,
    /// New accounts that got a nickname that was made up, because the row had none that is valid and free.
    pub nicknames_made: u64,
    /// New accounts whose weak hashes were hashed again with Argon2id.
    pub rehashed: u64,
    /// Mails that ask to choose a password.
    pub invited: u64,
    /// Roles above `AUTHENTICATED`, or unknown here, that were not given because no `--map-role` says so.
    pub roles_not_given: BTreeMap<String, u64>,
    /// Fields that nobody knows.
    pub unknown_fields: BTreeSet<String>,
    /// The first rows that could not come or came changed.
    pub issues: Vec<Issue>,
    /// How many more there were.
    pub issues_left_out: u64,
}

/// What happened to a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// The line on which it begins; of a table, its number.
    pub line: u64,
    /// The address, if there is one.
    pub email: Option<String>,
    /// `refused`, or `changed`.
    pub outcome: &'static str,
    /// Why.
    pub why: String,
}

impl Issue {
    /// The row does not come.
    pub(super) fn refused(line: u64, email: Option<String>, why: String) -> Self {
        Self {
            line,
            email: email.map(shortened),
            outcome: "refused",
            why: shortened(why),
        }
    }

    /// The row comes, but not all that it says.
    pub(super) fn changed(line: u64, email: &str, why: String) -> Self {
        Self {
            line,
            email: Some(email.to_owned()),
            outcome: "changed",
            why: shortened(why),
        }
    }
}

/// What a crafted file says must not fill the report.
fn shortened(text: String) -> String {
    const MOST: usize = 300;
    if text.chars().count() <= MOST {
        return text;
    }
    let cut: String = text.chars().take(MOST).collect();
    format!("{cut}…")
}

impl Report {
    /// Adds an issue, and counts a refusal.
    pub(super) fn note(&mut self, issue: Issue) {
        if issue.outcome == "refused" {
            self.refused += 1;
        }
        if self.issues.len() < MOST_ISSUES {
            self.issues.push(issue);
        } else {
            self.issues_left_out += 1;
        }
    }

    /// Adds what was counted elsewhere.
    pub(super) fn add(&mut self, other: Self) {
        self.read += other.read;
        self.skipped += other.skipped;
        for (role, count) in other.roles_not_given {
            if self.roles_not_given.len() < MOST_ROLES || self.roles_not_given.contains_key(&role) {
                *self.roles_not_given.entry(role).or_default() += count;
            }
        }
        self.unknown_fields.extend(other.unknown_fields);
        self.refused += other.refused;
        self.issues_left_out += other.issues_left_out;
        for issue in other.issues {
            if self.issues.len() < MOST_ISSUES {
                self.issues.push(issue);
            } else {
                self.issues_left_out += 1;
            }
        }
    }
}
