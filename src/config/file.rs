//! The settings file: TOML, every key known, every fault with its line.

use std::io;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::load::{Loaded, Origin, Sources, unknown};
use super::values::Raw;
use super::{environment, settings, suggest};

/// The file that is read when nobody names one.
const USUAL: &str = "gatepost.toml";

/// Reads the file into `loaded`. One that was named must exist; the usual one may be absent.
pub(super) fn read(loaded: &mut Loaded, sources: &Sources) -> Result<(), String> {
    let from_environment = environment::file(&sources.environment);
    let named = sources.file.clone().or(from_environment);
    let path = named.clone().unwrap_or_else(|| PathBuf::from(USUAL));
    match std::fs::read_to_string(sources.directory.join(&path)) {
        Ok(text) => apply(loaded, &path, &text),
        Err(fault) if named.is_none() && fault.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(fault) => Err(format!(
            "{}: the settings file cannot be read: {fault}",
            path.display()
        )),
    }
}

/// A value of the file, under its full name.
struct Entry {
    name: String,
    value: Value,
    line: usize,
}

fn apply(loaded: &mut Loaded, path: &Path, text: &str) -> Result<(), String> {
    let mut entries = entries(text)
        .map_err(|(line, fault)| format!("{} line {line}: {fault}", path.display()))?;
    entries.sort_by_key(|entry| entry.line);
    for Entry { name, value, line } in entries {
        let origin = Origin::File {
            path: path.to_owned(),
            line,
        };
        match settings::key(&name) {
            Some(key) => loaded.set(key, &Raw::Written(value), origin)?,
            None => return Err(stranger(&name, &value, &origin)),
        }
    }
    Ok(())
}

/// The line for a name that is no setting.
fn stranger(name: &str, value: &Value, origin: &Origin) -> String {
    let section = settings::SECTIONS
        .iter()
        .any(|section| section.name == name);
    if section && !value.is_table() {
        return format!(
            "{origin}: \"{name}\" is a section; write [{name}] on a line, and its settings below"
        );
    }
    unknown(
        &origin.to_string(),
        name,
        suggest::nearest(name).map(|key| key.name),
    )
}

/// Everything that the file sets, or the line of a syntax fault and what it is.
fn entries(text: &str) -> Result<Vec<Entry>, (usize, String)> {
    let fault = |fault: toml::de::Error| {
        let start = fault.span().map_or(0, |span| span.start);
        (line(text, start), fault.message().replace('\n', ", "))
    };
    let mut values: Table = text.parse().map_err(fault)?;
    let places = DeTable::parse(text).map_err(fault)?;
    let mut entries = Vec::new();
    for (key, place) in places.get_ref() {
        let name = key.get_ref().to_string();
        let value = values.remove(&name).unwrap_or(Value::Boolean(false));
        match (value, place.get_ref()) {
            (Value::Table(inner), DeValue::Table(places)) if !inner.is_empty() => {
                section(&mut entries, text, (&name, inner), places);
            }
            // An empty section sets nothing, provided that there is one of that name.
            (Value::Table(_), _) if settings::SECTIONS.iter().any(|known| known.name == name) => {}
            (value, _) => entries.push(Entry {
                line: line(text, key.span().start),
                name,
                value,
            }),
        }
    }
    Ok(entries)
}

fn section(
    entries: &mut Vec<Entry>,
    text: &str,
    (section, values): (&str, Table),
    places: &DeTable<'_>,
) {
    for (short, value) in values {
        let place = places
            .iter()
            .map(|(key, _)| key)
            .find(|key| key.get_ref().as_ref() == short);
        let line = line(text, place.map_or(0, |key: &Spanned<_>| key.span().start));
        entries.push(Entry {
            name: format!("{section}.{short}"),
            value,
            line,
        });
    }
}

/// The line on which that byte stands, counted from 1.
fn line(text: &str, byte: usize) -> usize {
    let before = text.bytes().take(byte);
    before
        .filter(|byte| *byte == b'\n')
        .count()
        .saturating_add(1)
}
