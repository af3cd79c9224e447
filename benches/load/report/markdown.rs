//! Tables of the page.

use super::table::number;
use super::{Figure, Outcome};

/// A table in Markdown.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let rule = format!("|{}\n", "---|".repeat(head.len()));
    let rows = rows
        .iter()
        .map(|row| line(row))
        .collect::<Vec<_>>()
        .concat();
    line(&head) + &rule + &rows
}

/// The section of a scenario, with Gatepost's figures of it; empty when it was not measured.
pub fn scenario(outcome: &Outcome, (title, name): (&str, &str), about: &str) -> String {
    let own = |figure: &&Figure| figure.scenario == name && figure.subject == "Gatepost";
    let figures: Vec<&Figure> = outcome.figures.iter().filter(own).collect();
    if figures.is_empty() {
        return String::new();
    }
    let has_latency = figures.iter().any(|figure| figure.latency.is_some());
    let has_limit = figures.iter().any(|figure| figure.limit.is_some());
    let mut head = vec!["On", "Case", "Accounts", "Figure"];
    head.extend(
        ["p50 ms", "p99 ms", "p99.9 ms"]
            .into_iter()
            .filter(|_| has_latency),
    );
    head.extend(["Limit", "Reached"].into_iter().filter(|_| has_limit));
    head.push("");
    let rows: Vec<Vec<String>> = figures
        .iter()
        .map(|figure| row(figure, has_latency, has_limit))
        .collect();
    let about = if about.is_empty() {
        String::new()
    } else {
        format!("{about}\n\n")
    };
    format!("\n## {title}\n\n{about}{}", table(&head, &rows))
}

fn row(figure: &Figure, has_latency: bool, has_limit: bool) -> Vec<String> {
    let mut cells = vec![
        figure.database.clone(),
        figure.case.clone(),
        number(figure.accounts as f64),
        format!("{} {}", number(figure.value), figure.unit).replace(" /s", "/s"),
    ];
    if has_latency {
        let latency = figure.latency.unwrap_or_default();
        let cell = |value| {
            if figure.latency.is_some() {
                number(value)
            } else {
                String::new()
            }
        };
        cells.extend([cell(latency.p50), cell(latency.p99), cell(latency.p999)]);
    }
    if has_limit {
        let limit = figure.limit.as_ref();
        cells.push(limit.map_or_else(String::new, |limit| {
            format!("{}/s {}", number(limit.value), limit.name)
        }));
        cells.push(
            figure
                .share()
                .map_or_else(String::new, |share| format!("{:.0} %", share * 100.0)),
        );
    }
    let failed = match figure.failed {
        0 => String::new(),
        failed => format!("**{failed} failed** "),
    };
    cells.push(failed + &figure.note);
    cells
}

/// Gatepost beside its peers: a row for each program, all of one run.
pub fn peers(outcome: &Outcome) -> String {
    let subjects: Vec<(String, String)> = outcome.subjects();
    let rows = subjects
        .iter()
        .map(|(subject, database)| peer(outcome, subject, database));
    let rows: Vec<Vec<String>> = rows.collect();
    let head = [
        "Program",
        "Logins/s at 1",
        "at 8",
        "at 64",
        "Its own hash, all cores, /s",
        "Efficiency at 64",
        "Reads/s at 64",
        "Read p99 ms, calm",
        "under 64 logins",
        "First page/s",
        "Start ms, new",
        "existing",
        "Memory MiB, idle",
        "at most",
    ];
    let versions = outcome.machine.versions.iter();
    let versions = versions.map(|(name, version)| format!("* {name}: {version}"));
    let versions = versions.collect::<Vec<_>>().join("\n");
    format!(
        "\n## Beside what one would take instead\n\nAll in one run on SQLite (`make bench-peers`), begun {}. Programs hash at different \
         costs, so logins a second compare nothing by themselves: the column beside them is what the same machine reaches with that \
         program's own hash, and the efficiency is the part of it that becomes logins.{} Where a dash stands, this run has not measured it.\n\n{}\n{versions}\n",
        outcome.machine.begun_at,
        first_page(outcome),
        table(&head, &rows)
    )
}

/// Of how many accounts the first page is, if it was measured.
fn first_page(outcome: &Outcome) -> String {
    match most_people(outcome) {
        0.0 => String::new(),
        accounts => format!(
            " The first page of people is of {} accounts.",
            number(accounts)
        ),
    }
}

/// As many accounts as every program's first page was measured with.
fn most_people(outcome: &Outcome) -> f64 {
    let sizes = outcome
        .figures
        .iter()
        .filter(|figure| figure.scenario == "people" && figure.subject != "Gatepost");
    sizes.map(|figure| figure.accounts).max().unwrap_or(0) as f64
}

fn peer(outcome: &Outcome, subject: &str, database: &str) -> Vec<String> {
    let of = (subject, database);
    let value = |scenario: &str, case: &str| {
        let found = outcome.find(of, scenario, case);
        found.map_or_else(|| "–".to_owned(), |figure| number(figure.value))
    };
    let login = outcome.find(of, "login", "64 at a time");
    let limit = login.and_then(|figure| figure.limit.as_ref());
    let share = login.and_then(Figure::share);
    let most = most_people(outcome);
    let page = outcome
        .of(of, "people")
        .find(|figure| figure.case == "first page" && figure.accounts as f64 >= most);
    vec![
        subject.to_owned(),
        value("login", "1 at a time"),
        value("login", "8 at a time"),
        value("login", "64 at a time"),
        limit.map_or_else(|| "–".to_owned(), |limit| number(limit.value)),
        share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", share * 100.0)),
        value("read", "64 at a time"),
        value("calm", "calm"),
        value("calm", "under 64 logins"),
        page.map_or_else(|| "–".to_owned(), |figure| number(figure.value)),
        value("start", "new database"),
        value("start", "existing database"),
        value("memory", "idle"),
        value("memory", "at most, under 64 logins"),
    ]
}
