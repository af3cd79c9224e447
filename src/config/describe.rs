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
    /// What it would be if nobody had set it.
    pub default: Value,
    /// Whether both are the same.
    pub is_default: bool,
    /// Who set it.
    pub origin: String,
    /// The environment variable that sets it.
    pub variable: String,
    /// What it means.
    pub about: String,
}

impl Line {
    /// Whether every word of `q` stands in what can be seen of the setting. A secret cannot be guessed by searching for it: its mask
    /// is searched.
    pub fn has(&self, q: &str) -> bool {
        let value = self.value.to_string();
        let texts = [
            self.key,
            &self.variable,
            &self.about,
            &self.origin,
            value.as_str(),
        ];
        let texts = texts.map(str::to_lowercase);
        let has = |word: &str| texts.iter().any(|text| text.contains(&word.to_lowercase()));
        q.split_whitespace().all(has)
    }

    /// The name of its section; of the first one, which has none, an empty text.
    pub fn section(&self) -> &'static str {
        self.key.split_once('.').map_or("", |(section, _)| section)
    }
}

/// Every setting with its value and who set it; secrets masked.
pub fn in_force(loaded: &Loaded) -> Vec<Line> {
    let default = Config::default();
    let line = |key: &Key| Line {
        key: key.name,
        value: (key.shown)(&loaded.config),
        default: (key.shown)(&default),
        // Compared unmasked: two secrets look the same.
        is_default: (key.value)(&loaded.config) == (key.value)(&default),
        origin: loaded.origin(key.name).to_string(),
        variable: key.variable(),
        about: key.about(),
    };
    settings::keys().map(line).collect()
}

/// Those of `lines` in which all words of `q` stand; if it is wished, only those that are not what they would be by default.
pub fn select(lines: Vec<Line>, q: &str, only_changed: bool) -> Vec<Line> {
    let lines = lines.into_iter().filter(|line| line.has(q));
    let lines = lines.filter(|line| !only_changed || !line.is_default);
    lines.collect()
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
