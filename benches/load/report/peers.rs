//! Gatepost beside its peers: tables with a row for each program, all of one run.

use super::markdown::table;
use super::table::number;
use super::{FAILED, Figure, Outcome};

/// What is known of one program.
struct Program<'a> {
    outcome: &'a Outcome,
    of: (&'a str, &'a str),
}

impl<'a> Program<'a> {
    fn figure(&self, scenario: &'a str, case: &str) -> Option<&'a Figure> {
        self.outcome.find(self.of, scenario, case)
    }

    fn value(&self, scenario: &'a str, case: &str) -> String {
        shown(self.figure(scenario, case))
    }

    /// Its own hashes a second, and the part of them that becomes logins.
    fn hashes(&self) -> [String; 2] {
        let login = self.figure("login", "64 at a time");
        let limit = login.and_then(|figure| figure.limit.as_ref());
        let share = login.and_then(Figure::share);
        [
            limit.map_or_else(|| NOTHING.to_owned(), |limit| number(limit.value)),
            share.map_or_else(
                || NOTHING.to_owned(),
                |share| format!("{:.0} %", share * 100.0),
            ),
        ]
    }

    /// A page of a list of so many people.
    fn page(&self, case: &str, accounts: u64) -> String {
        let mut found = self.outcome.of(self.of, "people");
        let found = found.find(|figure| figure.case == case && figure.accounts == accounts);
        shown(found)
    }
}

/// What stands where a program has no figure.
const NOTHING: &str = "–";

fn shown(figure: Option<&Figure>) -> String {
    let Some(figure) = figure else {
        return NOTHING.to_owned();
    };
    match figure.failed {
        0 => number(figure.value),
        failed => format!("{}, **{failed} failed**", number(figure.value)),
    }
}

/// What did not come to an end, a line for each.
fn unfinished(outcome: &Outcome) -> String {
    let found = outcome.figures.iter().filter(|one| one.scenario == FAILED);
    let lines = found.map(|figure| format!("* **{}: {}**\n", figure.subject, figure.case));
    lines.collect()
}

/// The section with its tables.
pub fn section(outcome: &Outcome) -> String {
    let subjects = outcome.subjects();
    let versions = subjects.iter().filter_map(|(subject, _)| {
        let mut all = outcome.machine.versions.iter();
        let (name, version) = all.find(|(name, _)| name == subject)?;
        Some(format!("* {name}: {version}\n"))
    });
    format!(
        "\n## Beside what one would take instead\n\nAll in one run on SQLite (`make bench-peers`), on {}, begun {}; `benches/peers` says what \
         each is. A dash stands for what a program does not have.\n\n{}\n### Logins\n\nPrograms hash at different costs, so logins \
         a second compare nothing by themselves: beside them stands what the same machine reaches with that program's own hash, and the \
         efficiency is the part of it that becomes logins.\n\n{}\n### Reads and a day\n\nThe day is as above; who has nothing \
         that is renewed reads instead, and who has no passwords has no such day. Tokens are \
         refreshes, each of them on the disk; oidc-provider's are client credentials, in memory.\n\n{}\n### Lists of people, pages a second\n\nTen \
         people a page with the total, 64 callers. The deep page is number 9,000, or the last; a program is asked for it as it has it: \
         Gatepost by cursor and by number, the others by number.\n\n{}\n### Start and memory\n\n{}",
        outcome.machine.processor,
        outcome.machine.begun(),
        versions.collect::<String>() + &unfinished(outcome),
        logins(outcome),
        reads(outcome),
        lists(outcome),
        process(outcome),
    )
}

/// A table: a row for each program, whose cells are made of what is known of it.
fn rows(outcome: &Outcome, head: &[&str], cells: impl Fn(&Program<'_>) -> Vec<String>) -> String {
    let subjects = outcome.subjects();
    let rows = subjects.iter().map(|(subject, database)| {
        let of = (subject.as_str(), database.as_str());
        let mut row = vec![subject.clone()];
        row.extend(cells(&Program { outcome, of }));
        row
    });
    let mut all = vec!["Program"];
    all.extend(head);
    table(&all, &rows.collect::<Vec<_>>())
}

fn logins(outcome: &Outcome) -> String {
    let head = [
        "At 1, /s",
        "at 8",
        "at 64",
        "at 512",
        "Its own hash, all cores, /s",
        "Efficiency at 64",
    ];
    rows(outcome, &head, |program| {
        let cases = [1, 8, 64, 512].map(|callers| format!("{callers} at a time"));
        let mut cells = cases.map(|case| program.value("login", &case)).to_vec();
        cells.extend(program.hashes());
        cells
    })
}

fn reads(outcome: &Outcome) -> String {
    let head = [
        "Reads/s at 64",
        "Read p99 ms, calm",
        "under 64 logins",
        "Mixed day, requests/s",
        "Tokens/s at 64",
    ];
    rows(outcome, &head, |program| {
        vec![
            program.value("read", "64 at a time"),
            program.value("calm", "calm"),
            program.value("calm", "under 64 logins"),
            program.value("mixed", "all requests"),
            shown(program.outcome.of(program.of, "refresh").next()),
        ]
    })
}

fn lists(outcome: &Outcome) -> String {
    let mut sizes: Vec<u64> = Vec::new();
    for figure in outcome
        .figures
        .iter()
        .filter(|one| one.scenario == "people")
    {
        if !sizes.contains(&figure.accounts) {
            sizes.push(figure.accounts);
        }
    }
    let largest = sizes.last().copied().unwrap_or_default();
    let of = |size: u64| format!("of {}", number(size as f64));
    let mut head: Vec<String> = sizes
        .iter()
        .map(|size| format!("First {}", of(*size)))
        .collect();
    let rest = ["Deep by cursor", "Deep by number", "Search"];
    head.extend(rest.map(|title| format!("{title}, {}", of(largest))));
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    rows(outcome, &head, |program| {
        let first = sizes.iter().map(|size| program.page("first page", *size));
        let rest = ["deep page by cursor", "deep page by number", "search"];
        let rest = rest.map(|case| program.page(case, largest));
        first.chain(rest).collect()
    })
}

fn process(outcome: &Outcome) -> String {
    let head = [
        "Start ms, new database",
        "existing",
        "Memory MiB, idle",
        "at most, under 64 logins",
    ];
    rows(outcome, &head, |program| {
        vec![
            program.value("start", "new database"),
            program.value("start", "existing database"),
            program.value("memory", "idle"),
            program.value("memory", "at most, under 64 logins"),
        ]
    })
}
