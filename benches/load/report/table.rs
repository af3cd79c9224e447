//! The table: every figure with its latencies and its limit, for the terminal.

use std::fmt::Write;

use super::{Figure, Outcome};

/// The figures as lines of text.
pub fn plain(outcome: &Outcome) -> String {
    let machine = &outcome.machine;
    let mut text = format!(
        "{}, {} cores, {:.0} GiB, Linux {}, load {} at the beginning, {}\n",
        machine.processor,
        machine.cores,
        machine.memory,
        machine.kernel,
        machine.load_before,
        machine.begun_at
    );
    for (name, version) in &machine.versions {
        // Writing into a string does not fail.
        let _ = writeln!(text, "{name}: {version}");
    }
    if outcome.quick {
        text += "A quick run: it shows that the harness works, and nothing else.\n";
    }
    let rows: Vec<Vec<String>> = outcome.figures.iter().map(row).collect();
    text + "\n" + &aligned(&HEAD, &rows)
}

const HEAD: [&str; 11] = [
    "subject",
    "database",
    "scenario",
    "case",
    "accounts",
    "figure",
    "p50 ms",
    "p99 ms",
    "p99.9 ms",
    "of its limit",
    "note",
];

fn row(figure: &Figure) -> Vec<String> {
    let latency = |pick: fn(&super::Latency) -> f64| {
        figure
            .latency
            .as_ref()
            .map_or_else(String::new, |l| number(pick(l)))
    };
    let limit = figure.limit.as_ref().map_or_else(String::new, |limit| {
        let share = figure.share().unwrap_or(0.0) * 100.0;
        format!("{share:.0} % of {} {}", number(limit.value), limit.name)
    });
    let mut note = figure.note.clone();
    if figure.failed > 0 {
        note = format!("{} FAILED; {note}", figure.failed);
    }
    vec![
        figure.subject.clone(),
        figure.database.clone(),
        figure.scenario.clone(),
        figure.case.clone(),
        figure.accounts.to_string(),
        format!("{} {}", number(figure.value), figure.unit),
        latency(|l| l.p50),
        latency(|l| l.p99),
        latency(|l| l.p999),
        limit,
        note,
    ]
}

/// Three digits that count, and thousands apart.
pub fn number(value: f64) -> String {
    if value.abs() >= 1000.0 {
        let digits = format!("{value:.0}");
        let (mut text, len) = (String::new(), digits.len());
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (len - place).is_multiple_of(3) && !text.ends_with('-') {
                text.push(',');
            }
            text.push(digit);
        }
        return text;
    }
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Columns below each other.
pub fn aligned(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: Vec<&str>| {
        let cells = cells.into_iter().zip(&widths);
        let cells = cells.map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        line.trim_end().to_owned() + "\n"
    };
    let head = line(head.to_vec());
    let rows = rows
        .iter()
        .map(|row| line(row.iter().map(String::as_str).collect()));
    head + &rows.collect::<String>()
}
