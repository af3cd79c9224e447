//! CSV (RFC 4180): quotes, line breaks between quotes, and what spreadsheets make of it. The separator is told by the first line.

use std::io::BufRead;
use std::iter::repeat;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::lines::too_long;
use super::{LONGEST, Row};

/// The separators that are told apart.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// More fields than any table of accounts has.
const MOST_FIELDS: usize = 500;

/// The rows of a table, by the names of its first line.
pub(super) struct Csv<R: BufRead> {
    bytes: Bytes<R>,
    separator: u8,
    /// `None` until the first line has been read, unless the table has no such line.
    names: Option<Arc<[String]>>,
    is_over: bool,
}

/// The bytes of a stream, and the number of the line.
struct Bytes<R: BufRead> {
    read: R,
    line: u64,
}

/// A row in one piece, and where its fields end.
#[derive(Default)]
struct Fields {
    text: Vec<u8>,
    ends: Vec<usize>,
    is_too_long: bool,
    /// An opening quotation mark that has no closing one.
    is_open: bool,
}

impl<R: BufRead> Csv<R> {
    /// The rows of `read`; `columns` are the names of a table whose first line is an account already.
    pub fn new(mut read: R, columns: Option<Vec<&str>>) -> Self {
        let first = read.fill_buf().unwrap_or_default();
        let separator = separator(first);
        Self {
            bytes: Bytes { read, line: 1 },
            separator,
            names: columns.map(|names| names.into_iter().map(str::to_owned).collect()),
            is_over: false,
        }
    }

    /// The next row and its line, without empty ones; nothing at the end.
    fn row(&mut self) -> std::io::Result<Option<(u64, Fields)>> {
        loop {
            let begun = self.bytes.line;
            let Some(fields) = self.bytes.fields(self.separator)? else {
                return Ok(None);
            };
            if fields.ends.len() > 1 || !fields.text.is_empty() || fields.is_too_long {
                return Ok(Some((begun, fields)));
            }
        }
    }

    fn read(&mut self) -> std::io::Result<Option<Row>> {
        let Some((line, fields)) = self.row()? else {
            return Ok(None);
        };
        let Some(names) = self.names.clone() else {
            return self.begin(line, &fields);
        };
        Ok(Some(Row {
            line,
            fields: fields.named(&names),
        }))
    }

    /// Reads the names of the columns, and the first row below them.
    fn begin(&mut self, line: u64, fields: &Fields) -> std::io::Result<Option<Row>> {
        match fields.texts() {
            Ok(names)
                if names
                    .iter()
                    .any(|name| name.chars().any(char::is_alphabetic)) =>
            {
                self.names = Some(
                    names
                        .into_iter()
                        .map(|name| name.trim().to_owned())
                        .collect(),
                );
                self.read()
            }
            Ok(_) => Ok(Some(
                self.stop(line, "the first line has no names of columns".to_owned()),
            )),
            Err(why) => Ok(Some(self.stop(
                line,
                format!("the first line should have the names of the columns: {why}"),
            ))),
        }
    }

    fn stop(&mut self, line: u64, why: String) -> Row {
        self.is_over = true;
        Row {
            line,
            fields: Err(why),
        }
    }
}

impl<R: BufRead> Iterator for Csv<R> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.is_over {
            return None;
        }
        match self.read() {
            Ok(row) => row,
            Err(error) => {
                let why = format!("it cannot be read: {error}");
                Some(self.stop(self.bytes.line, why))
            }
        }
    }
}

/// The separator that the first line has most of, outside of quotation marks.
fn separator(bytes: &[u8]) -> u8 {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut in_quotes = false;
    let line = bytes.iter().take_while(|byte| **byte != b'\n');
    for byte in line {
        in_quotes ^= *byte == b'"';
        let place = SEPARATORS.iter().position(|separator| separator == byte);
        if let Some(count) = place
            .filter(|_| !in_quotes)
            .and_then(|place| counts.get_mut(place))
        {
            *count += 1;
        }
    }
    let most = SEPARATORS
        .into_iter()
        .zip(counts)
        .rev()
        .max_by_key(|(_, count)| *count);
    most.map_or(b',', |(separator, _)| separator)
}

impl<R: BufRead> Bytes<R> {
    fn next(&mut self) -> std::io::Result<Option<u8>> {
        let Some(byte) = self.read.fill_buf()?.first().copied() else {
            return Ok(None);
        };
        self.read.consume(1);
        if byte == b'\n' {
            self.line += 1;
        }
        Ok(Some(byte))
    }

    fn peek(&mut self) -> std::io::Result<Option<u8>> {
        Ok(self.read.fill_buf()?.first().copied())
    }

    /// The fields up to the end of the line; nothing at the end of the stream.
    fn fields(&mut self, separator: u8) -> std::io::Result<Option<Fields>> {
        if self.peek()?.is_none() {
            return Ok(None);
        }
        let mut fields = Fields::default();
        loop {
            if self.peek()? == Some(b'"') {
                self.next()?;
                self.quoted(&mut fields)?;
            }
            let is_last = self.plain(&mut fields, separator)?;
            fields.end();
            if is_last {
                return Ok(Some(fields));
            }
        }
    }

    /// Reads up to the closing quotation mark; two of them stand for one.
    fn quoted(&mut self, fields: &mut Fields) -> std::io::Result<()> {
        loop {
            match self.next()? {
                Some(b'"') if self.peek()? == Some(b'"') => {
                    self.next()?;
                    fields.push(b'"');
                }
                Some(b'"') => return Ok(()),
                Some(byte) => fields.push(byte),
                None => {
                    fields.is_open = true;
                    return Ok(());
                }
            }
        }
    }

    /// Reads up to the next separator or the end of the line; answers whether it was the end.
    fn plain(&mut self, fields: &mut Fields, separator: u8) -> std::io::Result<bool> {
        loop {
            match self.next()? {
                None | Some(b'\n') => return Ok(true),
                Some(b'\r') if matches!(self.peek()?, None | Some(b'\n')) => {}
                Some(byte) if byte == separator => return Ok(false),
                Some(byte) => fields.push(byte),
            }
        }
    }
}

impl Fields {
    fn push(&mut self, byte: u8) {
        if self.text.len() < LONGEST {
            self.text.push(byte);
        } else {
            self.is_too_long = true;
        }
    }

    fn end(&mut self) {
        if self.ends.len() < MOST_FIELDS {
            self.ends.push(self.text.len());
        } else {
            self.is_too_long = true;
        }
    }

    fn texts(&self) -> Result<Vec<&str>, String> {
        if self.is_open {
            return Err("a quotation mark that opens a field is never closed".to_owned());
        }
        if self.is_too_long {
            return Err(too_long());
        }
        let mut from = 0;
        let mut texts = Vec::with_capacity(self.ends.len());
        for end in &self.ends {
            let bytes = self.text.get(from..*end).unwrap_or_default();
            texts
                .push(std::str::from_utf8(bytes).map_err(|_| "it is no text in UTF-8".to_owned())?);
            from = *end;
        }
        Ok(texts)
    }

    /// The fields by name. An empty one says nothing.
    fn named(&self, names: &[String]) -> Result<Map<String, Value>, String> {
        let texts = self.texts()?;
        // Some systems end a line with a separator.
        let beyond = texts.get(names.len()..).unwrap_or_default();
        if beyond.iter().any(|text| !text.trim().is_empty()) {
            let (has, should) = (texts.len(), names.len());
            return Err(format!(
                "it has {has} fields, and the table has {should} columns"
            ));
        }
        let value = |text: &str| match text {
            "" => Value::Null,
            text => Value::from(harmless(text)),
        };
        let pairs = names.iter().zip(texts.into_iter().chain(repeat("")));
        Ok(pairs
            .map(|(name, text)| (name.clone(), value(text)))
            .collect())
    }
}

/// What an export has put in front of a text that a spreadsheet would run as a formula is taken away again.
fn harmless(text: &str) -> &str {
    let formula = text.strip_prefix('\'');
    formula
        .filter(|rest| rest.starts_with(FORMULA))
        .unwrap_or(text)
}

/// The characters that a formula begins with in one spreadsheet or another.
pub(in crate::transfer) const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];
