//! Tell what has become of the rows of an import.

use serde_json::{Value, json};

use crate::cli::args::Format;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output::{self, plain};
use crate::transfer::{Issue, Report};

/// Issues that people are shown; programs get more.
const SHOWN: usize = 20;

/// Prints the report: for programs as it is, for people in sentences.
pub(super) fn report(report: &Report, format: Format, rate: u64) -> Outcome {
    if format.json {
        let mut object =
            serde_json::to_value(report).map_err(|error| Failure::Failed(error.to_string()))?;
        if let Some(fields) = object.as_object_mut() {
            fields.insert("rows_per_second".to_owned(), Value::from(rate));
        }
        return output::json(&object);
    }
    let mut lines = counts(report, rate);
    lines.extend(report.issues.iter().take(SHOWN).map(line));
    let shown = u64::try_from(report.issues.len().min(SHOWN)).unwrap_or(0);
    let all = u64::try_from(report.issues.len()).unwrap_or(0) + report.issues_left_out;
    if all > shown {
        let more = all - shown;
        lines.push(format!("… and {more} more; --json shows the first 1000."));
    }
    output::say(&lines.join("\n"))
}

fn counts(report: &Report, rate: u64) -> Vec<String> {
    let done = if report.dry_run {
        "would be imported"
    } else {
        "imported"
    };
    let mut lines = vec![
        format!("{} rows read, {rate} a second.", report.read),
        format!("{} accounts {done}.", report.imported),
    ];
    let further = [
        (report.present, "were here already and stay as they are"),
        (report.updated, "were here already and were changed"),
        (
            report.without_password,
            "have no password here; their owners choose one at /forgot-password-form",
        ),
        (
            report.unverified,
            "have to verify their address before they can log in; --verified all takes it as verified",
        ),
        (report.locked, "are locked, as they were there"),
        (report.nicknames_made, "got a nickname that was made up"),
        (
            report.rehashed,
            "had a weak hash, which was hashed again with Argon2id",
        ),
        (
            report.invited,
            "were mailed a link by which they choose a password",
        ),
        (report.skipped, "rows are no accounts"),
        (report.refused, "rows were refused"),
    ];
    let further = further.into_iter().filter(|(count, _)| *count > 0);
    lines.extend(further.map(|(count, what)| format!("{count} {what}.")));
    for (role, count) in &report.roles_not_given {
        let role = plain(role);
        lines.push(format!(
            "{count} with the role {role}, which was not given: --map-role {role}=ROLE gives it."
        ));
    }
    if !report.unknown_fields.is_empty() {
        let names: Vec<String> = report
            .unknown_fields
            .iter()
            .map(|name| plain(name))
            .collect();
        lines.push(format!(
            "Fields that are not known: {}. --map COLUMN=FIELD names them.",
            names.join(", ")
        ));
    }
    if !report.complete {
        lines.push("Stopped before the end; run the command again, and it goes on.".to_owned());
    }
    lines
}

fn line(issue: &Issue) -> String {
    let email = issue
        .email
        .as_deref()
        .map(|email| format!(" ({})", plain(email)))
        .unwrap_or_default();
    format!(
        "line {}{email}: {}: {}",
        issue.line,
        issue.outcome,
        plain(&issue.why)
    )
}

/// What an export has written.
pub(super) fn exported(count: u64, name: &str, format: Format) -> Outcome {
    if format.json {
        return output::json(&json!({"accounts": count, "file": name}));
    }
    output::say(&format!("{count} accounts are in {}.", plain(name)))
}
