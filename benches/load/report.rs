//! What a run has found: a table for people, JSON for programs, pictures for both.

use std::path::Path;

use serde_json::{Value, json};

use super::Options;
use super::picture::Picture;

/// One figure.
#[derive(Clone, Debug)]
struct Figure {
    scenario: String,
    what: String,
    value: f64,
    unit: &'static str,
    /// The limit of the machine beside it, and its name.
    limit: Option<(f64, &'static str)>,
}

/// Everything that a run has found.
pub struct Report {
    about: Value,
    figures: Vec<Figure>,
    pictures: Vec<Picture>,
}

impl Report {
    pub fn new(options: &Options) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let processor = processor
            .lines()
            .find_map(|line| line.strip_prefix("model name"))
            .map(|name| name.trim_start_matches([' ', '\t', ':']).to_owned());
        Self {
            about: json!({
                "gatepost": env!("CARGO_PKG_VERSION"),
                "database": if options.postgres.is_some() { "PostgreSQL" } else { "SQLite" },
                "cores": cores,
                "processor": processor,
                "argon2id": {"memory_kib": 19 * 1024, "iterations": 2, "parallelism": 1},
                "seconds": options.seconds,
            }),
            figures: Vec::new(),
            pictures: Vec::new(),
        }
    }

    /// Notes a figure and prints it at once.
    pub fn note(&mut self, scenario: &str, what: &str, (value, unit): (f64, &'static str)) {
        self.push(scenario, what, (value, unit), None);
    }

    /// The same, beside the limit of the machine.
    pub fn note_beside(
        &mut self,
        (scenario, what): (&str, &str),
        (value, unit): (f64, &'static str),
        (limit, name): (f64, &'static str),
    ) {
        self.push(scenario, what, (value, unit), Some((limit, name)));
    }

    fn push(
        &mut self,
        scenario: &str,
        what: &str,
        (value, unit): (f64, &'static str),
        limit: Option<(f64, &'static str)>,
    ) {
        let figure = Figure {
            scenario: scenario.to_owned(),
            what: what.to_owned(),
            value,
            unit,
            limit,
        };
        println!("{}", line(&figure));
        self.figures.push(figure);
    }

    pub fn draw(&mut self, picture: Picture) {
        self.pictures.push(picture);
    }

    /// Writes `bench.md`, `bench.json` and the pictures.
    pub fn write(&self, folder: &Path) {
        std::fs::create_dir_all(folder).expect("the folder can be made");
        let mut table = String::from(
            "| scenario | figure | value | limit of the machine | ratio |\n|---|---|---|---|---|\n",
        );
        for figure in &self.figures {
            table.push_str(&row(figure));
        }
        let database = self.about["database"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase();
        let write = |name: String, text: String| {
            std::fs::write(folder.join(&name), text).expect("the report can be written");
        };
        write(format!("{database}.md"), table);
        let figures: Vec<Value> = self
            .figures
            .iter()
            .map(|figure| {
                json!({"scenario": figure.scenario, "figure": figure.what, "value": figure.value, "unit": figure.unit,
                    "limit": figure.limit.map(|(limit, _)| limit), "limit_name": figure.limit.map(|(_, name)| name)})
            })
            .collect();
        let whole = json!({"about": self.about, "figures": figures});
        write(
            format!("{database}.json"),
            serde_json::to_string_pretty(&whole).unwrap(),
        );
        for picture in &self.pictures {
            write(format!("{database}-{}.svg", picture.name), picture.svg());
        }
        println!("\nWritten to {}", folder.display());
    }
}

fn number(value: f64) -> String {
    match value {
        v if v >= 1000.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

fn line(figure: &Figure) -> String {
    let beside = figure.limit.map_or_else(String::new, |(limit, name)| {
        let (ratio, limit) = (figure.value / limit, number(limit));
        format!("   ({ratio:.2} of {limit}: {name})")
    });
    format!(
        "{:<34} {:<26} {:>10} {}{beside}",
        figure.scenario,
        figure.what,
        number(figure.value),
        figure.unit
    )
}

fn row(figure: &Figure) -> String {
    let (limit, ratio) = figure.limit.map_or_else(
        || (String::new(), String::new()),
        |(limit, name)| {
            let ratio = format!("{:.2}", figure.value / limit);
            (format!("{} ({name})", number(limit)), ratio)
        },
    );
    let Figure {
        scenario,
        what,
        unit,
        ..
    } = figure;
    let value = number(figure.value);
    format!("| {scenario} | {what} | {value} {unit} | {limit} | {ratio} |\n")
}
