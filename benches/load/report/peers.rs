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

/// A part of the section: its title, what is said before its table, and the table.
type Part = (&'static str, &'static str, fn(&Outcome) -> String);
const PARTS: [Part; 4] = [
    (
        "Logins",
        "Programs hash at different costs, so logins a second compare nothing by themselves: beside them stands what the same machine \
         reaches with that program's own hash, and the efficiency is the part of it that becomes logins.",
        logins,
    ),
    (
        "Reads and a day",
        "The day is as above; who has nothing that is renewed reads instead, and who has no passwords has no such day. Tokens are \
         refreshes, each of them on the disk; oidc-provider's are client credentials, in memory.",
        reads,
    ),
    (
        "Lists of people, pages a second",
        "Ten people a page with the total, 64 callers. The deep page is number 9,000, or the last; a program is asked for it as it has \
         it: Gatepost by cursor and by number, the others by number.",
        lists,
    ),
    ("Start and memory", "", process),
];

/// The section with its tables.
pub fn section(outcome: &Outcome) -> String {
    let subjects = outcome.subjects();
    let versions = subjects.iter().filter_map(|(subject, _)| {
        let mut all = outcome.machine.versions.iter();
        let (name, version) = all.find(|(name, _)| name == subject)?;
        Some(format!("* {name}: {version}\n"))
    });
    let parts = PARTS.map(|(title, about, table)| {
        let about = if about.is_empty() {
            String::new()
        } else {
            format!("{about}\n\n")
        };
        format!("\n### {title}\n\n{about}{}", table(outcome))
    });
    format!(
        "\n## Beside what one would take instead\n\nAll in one run on SQLite (`make bench-peers`), on {}, begun {}; `benches/peers` says \
         what each is. A dash stands for what a program does not have.\n\n{}{}{}",
        outcome.machine.processor,
        outcome.machine.begun(),
        versions.collect::<String>(),
        unfinished(outcome),
        parts.concat(),
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

/// A table of columns that are each of one case: what stands above it, the scenario, and the case.
fn cases(outcome: &Outcome, columns: &[(&str, &'static str, &str)]) -> String {
    let head: Vec<&str> = columns.iter().map(|(title, _, _)| *title).collect();
    rows(outcome, &head, |program| {
        let columns = columns.iter();
        let cells = columns.map(|(_, scenario, case)| program.value(scenario, case));
        cells.collect()
    })
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
    let columns = [
        ("Reads/s at 64", "read", "64 at a time"),
        ("Read p99 ms, calm", "calm", "calm"),
        ("under 64 logins", "calm", "under 64 logins"),
        ("Mixed day, requests/s", "mixed", "all requests"),
        ("Tokens/s at 64", "refresh", "64 at a time"),
    ];
    cases(outcome, &columns)
}

fn lists(outcome: &Outcome) -> String {
    let people = outcome.figures.iter();
    let people = people.filter(|figure| figure.scenario == "people");
    let mut sizes: Vec<u64> = people.map(|figure| figure.accounts).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let largest = sizes.last().copied().unwrap_or_default();
    let first = sizes.iter().map(|size| ("First", "first page", *size));
    let rest = [
        ("Deep by cursor", "deep page by cursor", largest),
        ("Deep by number", "deep page by number", largest),
        ("Search", "search", largest),
    ];
    let columns: Vec<(&str, &str, u64)> = first.chain(rest).collect();
    let head = columns.iter();
    let head = head.map(|(title, _, size)| format!("{title}, of {}", number(*size as f64)));
    let head: Vec<String> = head.collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    rows(outcome, &head, |program| {
        let columns = columns.iter();
        let cells = columns.map(|(_, case, size)| program.page(case, *size));
        cells.collect()
    })
}

fn process(outcome: &Outcome) -> String {
    let columns = [
        ("Start ms, new database", "start", "new database"),
        ("existing", "start", "existing database"),
        ("Memory MiB, idle", "memory", "idle"),
        (
            "at most, under 64 logins",
            "memory",
            "at most, under 64 logins",
        ),
    ];
    cases(outcome, &columns)
}
