//! Reading: a file, a stream or a table, one row after the other, in memory that does not grow with it.

mod counted;
mod csv;
mod elements;
mod lines;
mod table;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, stdin};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use serde_json::{Map, Value};

use super::systems::{Shape, System};
use counted::Counted;
pub(super) use csv::FORMULA;

/// The longest row that is read. An account is far shorter, and a file without breaks must not fill the memory.
pub(super) const LONGEST: usize = 1 << 20;

/// Where accounts come from.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// A PostgreSQL database: its address, a password beside it, and a table other than the usual one.
    Database {
        /// `postgres://…`
        url: String,
        /// For an address that has none.
        password: Option<String>,
        /// Instead of those that the system is known to have.
        table: Option<String>,
    },
}

/// A row: the line on which it begins (of a table: its number), and its fields by name, or why it cannot be read.
pub(super) struct Row {
    pub line: u64,
    pub fields: Result<Map<String, Value>, String>,
}

/// What is read from.
pub struct Source {
    rows: Box<dyn Iterator<Item = Row> + Send>,
    /// Bytes (of a table: rows) that there are, when that is known.
    pub total: Option<u64>,
    /// How many of them have been read.
    pub done: Arc<AtomicU64>,
    /// What is read: the name of the file or table.
    pub name: String,
}

impl Source {
    /// Opens `origin`. The error is a sentence for the person at the command line.
    pub fn open(origin: &Origin, system: System) -> Result<Self, String> {
        match origin {
            Origin::File(path) => Self::of_file(path, system),
            Origin::Stdin => Self::of(stdin(), system, ("standard input", None)),
            Origin::Database {
                url,
                password,
                table,
            } => table::open(url, password.as_deref(), &system.tables(table.as_deref())),
        }
    }

    /// The rows, from the first to the last.
    pub(super) fn into_rows(self) -> impl Iterator<Item = Row> {
        self.rows
    }

    fn of_file(path: &Path, system: System) -> Result<Self, String> {
        let name = path.display().to_string();
        let unreadable = |error| format!("{name} cannot be read: {error}");
        let file = File::open(path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if about.is_dir() {
            return Err(format!(
                "{name} is a folder; name the file that was exported"
            ));
        }
        let total = Some(about.len()).filter(|_| about.is_file());
        Self::of(file, system, (&name, total))
    }

    fn of(
        read: impl Read + Send + 'static,
        system: System,
        (name, total): (&str, Option<u64>),
    ) -> Result<Self, String> {
        let done = Arc::default();
        let mut read = BufReader::with_capacity(1 << 16, Counted::new(read, Arc::clone(&done)));
        let first =
            first_letter(&mut read).map_err(|error| format!("{name} cannot be read: {error}"))?;
        let rows: Box<dyn Iterator<Item = Row> + Send> = match (system.shape(), first) {
            (_, None) => Box::new(std::iter::empty()),
            (Shape::Lines | Shape::Any, Some(b'[')) | (Shape::Elements, Some(b'[' | b'{')) => {
                Box::new(elements::Elements::new(read))
            }
            (Shape::Lines, _) | (Shape::Any, Some(b'{')) => Box::new(lines::Lines::new(read)),
            (Shape::Elements | Shape::Any, _) => Box::new(csv::Csv::new(read, system.columns())),
        };
        Ok(Self {
            rows,
            total,
            done,
            name: name.to_owned(),
        })
    }
}

/// The first character that is no white space, and no byte order mark; it stays to be read, what stands before it does not. Only blanks
/// are skipped: the lines must be counted.
fn first_letter(read: &mut impl BufRead) -> std::io::Result<Option<u8>> {
    if read.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
        read.consume(3);
    }
    let seen = read.fill_buf()?;
    Ok(seen
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
        .or_else(|| seen.first().copied()))
}
