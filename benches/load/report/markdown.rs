//! Tables of the page, and the sections that hold them.

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
