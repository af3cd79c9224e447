//! Papers: what README, ARCHITECTURE, CONTRIBUTING and `docs` name exists.

use crate::support::source::{self, Source, assert_none};

/// Folders that a path in the documents begins with.
const FOLDERS: [&str; 9] = [
    "src/",
    "tests/",
    "docs/",
    "migrations/",
    "templates/",
    "assets/",
    "scripts/",
    "benches/",
    ".ci/",
];

fn papers() -> Vec<Source> {
    let names = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "migrations/README.md",
    ];
    let present = names
        .iter()
        .filter(|name| source::root().join(name).exists());
    let mut papers: Vec<Source> = present
        .map(|name| Source {
            path: (*name).to_owned(),
            text: source::read(name),
        })
        .collect();
    if source::root().join("docs").exists() {
        papers.extend(source::files("docs", ".md"));
    }
    papers
}

/// What stands between backticks, and where links lead.
fn named(line: &str) -> Vec<&str> {
    let quoted = line.split('`').skip(1).step_by(2);
    let linked = line
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    quoted.chain(linked).collect()
}

/// Whether `name` is the path of a file that is not there; what is no path is not absent.
fn is_absent(paper: &Source, line: &str, name: &str) -> bool {
    let exists = |path: &str| source::root().join(path).exists();
    let path = name
        .split('#')
        .next()
        .unwrap_or_default()
        .trim_end_matches('/');
    if line.contains(&format!("]({name})")) {
        // A link leads from the folder of its document.
        let folder = paper.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_elsewhere = name.contains("://") || name.starts_with("mailto:") || path.is_empty();
        return !is_elsewhere && !exists(format!("{folder}/{path}").trim_start_matches('/'));
    }
    let is_path = FOLDERS.iter().any(|folder| name.starts_with(folder));
    let is_one = is_path && !name.contains(['*', '<', '{', ' ', '…']);
    is_one && !exists(path.split(':').next().unwrap_or(path))
}

#[test]
fn every_path_that_is_named_exists() {
    let mut missing = Vec::new();
    for paper in papers() {
        for (number, line) in (1..).zip(paper.text.lines()) {
            let absent = named(line)
                .into_iter()
                .filter(|name| is_absent(&paper, line, name));
            missing.extend(absent.map(|name| format!("{}:{number}: {name}", paper.path)));
        }
    }
    assert_none(
        &missing,
        "The documents name files that are not there. Correct the document:",
    );
}

#[test]
fn every_make_target_that_is_named_exists() {
    let makefile = source::read("Makefile");
    let mut missing = Vec::new();
    for paper in papers() {
        for (number, line) in (1..).zip(paper.text.lines()) {
            // In running text `make` is a verb; a target stands in code.
            let code = line
                .strip_prefix("    ")
                .into_iter()
                .chain(line.strip_prefix("make ").map(|_| line));
            for text in named(line).into_iter().chain(code) {
                let target = text
                    .trim()
                    .strip_prefix("make ")
                    .and_then(|rest| rest.split_whitespace().next());
                if target.is_some_and(|target| !makefile.contains(&format!("\n{target}:"))) {
                    missing.push(format!("{}:{number}: {text}", paper.path));
                }
            }
        }
    }
    assert_none(
        &missing,
        "The documents name targets that the Makefile does not have:",
    );
}
