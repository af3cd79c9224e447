//! What the document says of the whole: the introduction, and the list of all problems by their codes.

use crate::error::Problem;

/// Problems whose texts are made where they arise, in the form of the table.
const WITH_DETAILS: [(u16, &str, &str); 3] = [
    (404, "user_not_found", "User with ID … not found."),
    (422, "validation_error", "a list of all faults"),
    (500, "internal", "Internal Server Error"),
];

/// The text of `info.description`, in Markdown.
pub fn description() -> String {
    include_str!("intro.md").replace("{codes}", &codes())
}

fn codes() -> String {
    let mut rows: Vec<_> = Problem::ALL
        .iter()
        .map(|one| (one.status(), one.code(), one.detail()))
        .collect();
    rows.extend(WITH_DETAILS);
    // By status alone: within one, the order of the declaration stays.
    rows.sort_by_key(|(status, ..)| *status);
    let rows = rows
        .iter()
        .map(|(status, code, detail)| format!("| `{code}` | {status} | {detail} |"));
    let head = ["| `code` | Status | `detail` |", "|---|---|---|"].map(str::to_owned);
    head.into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}
