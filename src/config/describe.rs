//! The settings in words: the manual, and what is in force.

use serde::Serialize;
use toml::Value;

use super::schema::{Key, Section};
use super::{Config, Loaded, SECTIONS, settings};

const HEADER: &str = "\
# Every setting of Gatepost, its default and its meaning.
#
# Gatepost needs none of them. To change some, write them into `gatepost.toml` in the folder
# where it is started (or into any file that `--config` or GATEPOST_CONFIG names), set the
# environment variable that stands beside each, or say `--set section.key=value`. The command
# line overrules the environment, and the environment overrules the file.
#
# Durations: 250ms, 10s, 15m, 1h30m, 400d. Sizes: 64KiB, 19MiB, 10MB.
# A list in the environment: separated by commas.
";

/// The manual: a settings file that sets everything to its default, each setting with its meaning.
pub fn default_toml() -> String {
    let config = Config::default();
    let mut text = HEADER.to_owned();
    for section in SECTIONS {
        write_section(&mut text, section, &config);
    }
    text
}

fn write_section(text: &mut String, section: &Section, config: &Config) {
    if !section.name.is_empty() {
        text.push('\n');
        comment(text, section.doc);
        text.extend(["[", section.name, "]\n"]);
    }
    for key in section.keys {
        text.push('\n');
        comment(text, key.doc);
        if let Some(range) = key.range {
            text.extend(["# From ", &range(), ".\n"]);
        }
        let value = (key.value)(config).to_string();
        text.extend(["# (", &key.variable(), ")\n"]);
        text.extend([key.short_name(), " = ", &value, "\n"]);
    }
}

fn comment(text: &mut String, lines: &[&str]) {
    for line in lines {
        text.extend(["# ", line.trim(), "\n"]);
    }
}

/// A setting in force.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Its name.
    pub key: &'static str,
    /// Its value, secrets masked.
    pub value: Value,
    /// Who set it.
    pub origin: String,
}

/// Every setting with its value and who set it; secrets masked.
pub fn in_force(loaded: &Loaded) -> Vec<Line> {
    let line = |key: &Key| Line {
        key: key.name,
        value: (key.shown)(&loaded.config),
        origin: loaded.origin(key.name).to_string(),
    };
    settings::keys().map(line).collect()
}

/// The same for people: three columns.
pub fn table(lines: &[Line]) -> String {
    let cells = |line: &Line| (line.key, line.value.to_string(), line.origin.clone());
    let mut rows = vec![("SETTING", "VALUE".to_owned(), "FROM".to_owned())];
    rows.extend(lines.iter().map(cells));
    let keys = rows
        .iter()
        .map(|(key, ..)| key.chars().count())
        .max()
        .unwrap_or(0);
    let values = rows
        .iter()
        .map(|(_, value, _)| value.chars().count())
        .max()
        .unwrap_or(0);
    let row = |(key, value, from)| format!("{key:keys$}  {value:values$}  {from}\n");
    rows.into_iter().map(row).collect()
}

/// The same for programs.
pub fn json(lines: &[Line]) -> serde_json::Value {
    serde_json::json!(lines)
}
