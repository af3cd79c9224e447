//! Maps: the pages of `docs/security` lead from every requirement and every attack to tests that exist.

use crate::support::source::{self, Source, assert_none};

const ASVS: &str = "docs/security/asvs.md";
const ATTACKS: &str = "docs/security/attacks.md";

/// How many requirements each section of the four chapters has in OWASP ASVS 5.0.
const SECTIONS: [(&str, usize); 20] = [
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 8),
    ("6.4", 6),
    ("6.5", 8),
    ("6.6", 4),
    ("6.7", 2),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 3),
    ("7.6", 2),
    ("8.1", 4),
    ("8.2", 4),
    ("8.3", 3),
    ("8.4", 2),
    ("9.1", 3),
    ("9.2", 4),
];

/// One line of a table: `| id | … | what we do | verdict | tests |`.
struct Row {
    /// The page and the number of the line.
    place: String,
    id: String,
    verdict: String,
    /// What the last cell names between backticks.
    tests: Vec<String>,
}

/// The lines of all tables of a page, without their heads. A line with another number of cells has an empty identifier.
fn rows(page: &str) -> Vec<Row> {
    let text = source::read(page);
    let lines = (1..).zip(text.lines());
    let tables = lines.filter(|(_, line)| line.starts_with('|') && !line.starts_with("|---"));
    let rows = tables.map(|(number, line)| {
        let inner = line.trim().trim_matches('|');
        let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
        let [id, _, _, verdict, tests] = cells[..] else {
            return row(format!("{page}:{number}"), "", "", "");
        };
        row(format!("{page}:{number}"), id, verdict, tests)
    });
    rows.filter(|row| row.id != "Id").collect()
}

fn row(place: String, id: &str, verdict: &str, tests: &str) -> Row {
    let named = tests.split('`').skip(1).step_by(2);
    Row {
        place,
        id: id.to_owned(),
        verdict: verdict.to_owned(),
        tests: named.map(str::to_owned).collect(),
    }
}

/// Both pages.
fn all() -> Vec<Row> {
    [ASVS, ATTACKS].into_iter().flat_map(rows).collect()
}

/// The tests of a file, each by the path that `cargo nextest list` prints.
fn tests(file: &Source) -> Vec<String> {
    let inner = file.path.trim_start_matches("tests/it/");
    let bare = inner.trim_end_matches(".rs").trim_end_matches("/mod");
    let module = bare.replace('/', "::");
    let (mut found, mut is_test) = (Vec::new(), false);
    for (_, line) in file.code() {
        let line = line.trim();
        let name = line
            .trim_start_matches("async ")
            .strip_prefix("fn ")
            .and_then(|rest| rest.split('(').next());
        if line.starts_with("#[test") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some(name) = name
            && std::mem::take(&mut is_test)
        {
            found.push(format!("{module}::{name}"));
        }
    }
    found
}

/// Whether the file that a module stands in is part of the tests: a file that nobody names with `mod` is never compiled.
fn is_compiled(test: &str) -> bool {
    let modules: Vec<&str> = test.split("::").collect();
    let depth = modules.len() - 1;
    (0..depth).all(|level| {
        let folder = modules[..level].join("/");
        let above = match level {
            0 => vec!["tests/it/main.rs".to_owned()],
            _ => vec![
                format!("tests/it/{folder}/mod.rs"),
                format!("tests/it/{folder}.rs"),
            ],
        };
        let source: String = above
            .iter()
            .filter_map(|path| std::fs::read_to_string(source::root().join(path)).ok())
            .collect();
        source
            .lines()
            .any(|line| line.trim_start_matches("pub ") == format!("mod {};", modules[level]))
    })
}

#[test]
fn every_test_that_they_name_exists() {
    let files = source::files("tests/it", ".rs");
    let known: Vec<String> = files.iter().flat_map(tests).collect();
    assert!(known.len() > 500, "the tests are read: {}", known.len());
    let mut missing = Vec::new();
    for row in all() {
        let absent = row
            .tests
            .iter()
            .filter(|test| !known.contains(test) || !is_compiled(test));
        missing.extend(absent.map(|test| format!("{}: {}: {test}", row.place, row.id)));
    }
    assert_none(
        &missing,
        "These tests are not there (any more). Write the new name, as `cargo nextest list` prints it without `gatepost::it`, \
         or name another test that shows the same; if there is none, the verdict is `not yet: …`:",
    );
}

#[test]
fn every_row_has_a_verdict_and_what_goes_with_it() {
    let mut faults = Vec::new();
    for row in all() {
        let (place, id) = (&row.place, &row.id);
        let (verdict, note) = row.verdict.split_once(": ").unwrap_or((&row.verdict, ""));
        let fault = match (verdict, note.is_empty(), row.tests.is_empty()) {
            _ if id.is_empty() => {
                "a row has five cells; a bar within a cell is not possible".to_owned()
            }
            ("met", _, false) | ("not yet" | "n.a.", false, _) => continue,
            ("met", _, true) => {
                format!("{id} is met and names no test. Name one, or say `not yet: why`")
            }
            ("not yet" | "n.a.", true, _) => {
                format!("{id} says no reason. Write `{verdict}: why`")
            }
            _ => format!(
                "{id} has the verdict {:?}. There are `met`, `not yet: why` and `n.a.: why`",
                row.verdict
            ),
        };
        faults.push(format!("{place}: {fault}"));
    }
    assert_none(
        &faults,
        "A map says what is true and by which test it is known:",
    );
}

#[test]
fn every_requirement_and_every_attack_is_listed_once() {
    let rows = all();
    let mut wanted: Vec<String> = SECTIONS
        .iter()
        .flat_map(|(section, count)| (1..=*count).map(move |number| format!("{section}.{number}")))
        .collect();
    wanted.extend((1..=50).map(|number| format!("A{number:02}")));
    let mut faults: Vec<String> = wanted
        .iter()
        .filter(|id| !rows.iter().any(|row| row.id == **id))
        .map(|id| format!("{id} is missing: add its row, with `not yet: why` if nothing shows it"))
        .collect();
    for (number, row) in rows.iter().enumerate() {
        if let Some(first) = rows[..number].iter().find(|other| other.id == row.id) {
            faults.push(format!(
                "{}: {} stands at {} already: make one row of both",
                row.place, row.id, first.place
            ));
        }
    }
    assert_none(&faults, "Each has one row:");
}

#[test]
fn the_numbers_at_the_top_are_those_of_the_rows() {
    let mut faults = Vec::new();
    for page in [ASVS, ATTACKS] {
        let rows = rows(page);
        let count = |word: &str| {
            let fitting = rows.iter().filter(|row| row.verdict.starts_with(word));
            fitting.count()
        };
        let sum = format!(
            "{} rows: {} met, {} not yet, {} not applicable.",
            rows.len(),
            count("met"),
            count("not yet"),
            count("n.a.")
        );
        if !source::read(page).lines().any(|line| line == sum) {
            faults.push(format!("{page}: {sum}"));
        }
    }
    assert_none(
        &faults,
        "The pages say how many rows have which verdict. Write these lines:",
    );
}
