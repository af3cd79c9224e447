//! The page of the documentation: made from results, so that it says what was measured and nothing else.

use super::markdown::{scenario, table};
use super::targets::{self, Judged};
use super::{Machine, Outcome};
use super::{peers, pictures};

/// What is always said.
const INTRODUCTION: &str = include_str!("introduction.md");
/// Why a target is missed, in sections that are called as the targets are.
const REASONS: &str = include_str!("reasons.md");

/// What stands there without a run of `make bench-peers`.
const NOT_BESIDE: &str = "\n## Beside what one would take instead\n\nNot measured for this page: `make bench-peers`, then `make bench-docs`.\n";

/// `docs/benchmarks.md`.
pub fn page(outcome: &Outcome, beside: Option<&Outcome>) -> String {
    let mut page = INTRODUCTION.to_owned();
    page += &machine(outcome);
    page += &targets(&targets::judge(outcome));
    let sections = [
        (
            "Logins",
            "login",
            "Each of another account, `POST /login/`. Beside it: the Argon2id hashes of the same cost that all cores reach together, in the same minute, by a program that does nothing else, with Gatepost's own kernel. The note says what they reach with the usual crate.",
        ),
        (
            "Authenticated reads",
            "read",
            "`GET /myaccount`, each caller with a session of his own. Beside it: a bare axum route that checks a token (HS256) and reads one row of SQLite, under the same load.",
        ),
        (
            "Refreshes",
            "refresh",
            "`POST /login/refresh`, each chain of a session of its own: every step is a durable write. Beside it: the durable commits of a single writer on the same disk (SQLite with `synchronous=FULL`, or PostgreSQL with `fsync=on`).",
        ),
        (
            "A cheap read under logins",
            "calm",
            "`GET /myaccount` is offered a hundred times a second in an open loop; its time counts from the moment at which it was due.",
        ),
        (
            "A mixed day",
            "mixed",
            "Of a hundred requests 95 read, 4 refresh and one logs in.",
        ),
        (
            "Lists of people",
            "people",
            "`GET /users/` with its total, ten people a page, 64 callers.",
        ),
        (
            "What a login costs as accounts grow",
            "growth",
            "Time of processors that the server uses for a login, the middle one of fifteen turns in five processes.",
        ),
        (
            "Start",
            "start",
            "From the start of the process to its first 200, the middle one of seven.",
        ),
        (
            "Memory",
            "memory",
            "Of the process; a PostgreSQL server has its own.",
        ),
        ("Size", "size", ""),
    ];
    for (title, name, text) in sections {
        page += &scenario(outcome, (title, name), text);
        page += &drawn(outcome, name);
    }
    page += &latency(outcome);
    page + &beside.map_or_else(|| NOT_BESIDE.to_owned(), peers::section)
}

fn machine(outcome: &Outcome) -> String {
    let Machine {
        processor,
        cores,
        memory,
        kernel,
        load_before,
        versions,
        ..
    } = &outcome.machine;
    let mut rows = vec![
        vec!["Begun".to_owned(), outcome.machine.begun()],
        vec![
            "Processor".to_owned(),
            format!("{processor}, {cores} cores"),
        ],
        vec!["Memory".to_owned(), format!("{memory:.0} GiB")],
        vec!["Linux".to_owned(), kernel.clone()],
        vec![
            "Load before it began".to_owned(),
            format!("{load_before:.2}"),
        ],
        vec![
            "Password hash".to_owned(),
            "Argon2id, m=19456 KiB, t=2, p=1".to_owned(),
        ],
    ];
    rows.extend(
        versions
            .iter()
            .map(|(name, version)| vec![name.clone(), version.clone()]),
    );
    let warning = match (outcome.quick, *load_before > 0.5) {
        (true, _) => {
            "**This was a quick run: it shows that the benchmark works, and not how fast anything is. Its rounds last a second and a half. A share above what is possible says that the machine had other work while the limit was measured.**\n\n"
        }
        (false, true) => {
            "**The machine had other work while this was measured: read the ratios, not the figures.**\n\n"
        }
        (false, false) => "",
    };
    format!("\n## On what\n\n{warning}{}", table(&["", ""], &rows))
}

fn targets(judged: &[Judged]) -> String {
    let rows: Vec<Vec<String>> = judged
        .iter()
        .map(|one| {
            let verdict = match one.is_met {
                Some(true) => "met",
                Some(false) => "**missed**",
                None => "",
            };
            vec![
                one.wanted.clone(),
                one.database.clone(),
                one.found.clone(),
                verdict.to_owned(),
            ]
        })
        .collect();
    let mut text = format!(
        "\n## Targets\n\n{}",
        table(&["Wanted", "On", "Found", ""], &rows)
    );
    let mut missed: Vec<&str> = Vec::new();
    for one in judged.iter().filter(|one| one.is_met == Some(false)) {
        if !missed.contains(&one.wanted.as_str()) {
            missed.push(&one.wanted);
        }
    }
    if !missed.is_empty() {
        text += "\n### Why those that are missed are\n\n";
    }
    let reasons = missed.into_iter().map(|wanted| {
        let why = reason(wanted).map_or_else(
            || "Not looked into yet.".to_owned(),
            |why| why.replace('\n', " "),
        );
        format!("* **{wanted}.** {why}\n")
    });
    text + &reasons.collect::<Vec<_>>().concat()
}

fn reason(wanted: &str) -> Option<&'static str> {
    let sections = REASONS.split("\n## ").skip(1);
    let found = sections.filter_map(|section| section.split_once('\n'));
    let mut found = found.filter(|(title, _)| *title == wanted);
    found.next().map(|(_, text)| text.trim())
}

/// The pictures of a scenario.
fn drawn(outcome: &Outcome, scenario: &str) -> String {
    let all = pictures::all(outcome);
    let own = all.iter().filter(|(name, _)| name.starts_with(scenario));
    let lines = own.map(|(name, _)| {
        let title = name.replace('-', ", ");
        format!("\n![{title}](pictures/bench-{name}.svg)\n")
    });
    lines.collect::<Vec<_>>().concat()
}

fn latency(outcome: &Outcome) -> String {
    let pictures = drawn(outcome, "latency");
    if pictures.is_empty() {
        return pictures;
    }
    format!(
        "\n## Latency over load\n\nIn an open loop, from a tenth of what 64 callers reach to a tenth more than that. A server that is offered more \
         than it can do falls behind, and every request waits longer than the one before it.\n{pictures}"
    )
}
