//! JSON Lines: an object on each line.

use std::io::{BufRead, Read};

use serde_json::Value;

use super::{LONGEST, Row};

/// The objects of a stream.
pub(super) struct Lines<R> {
    read: R,
    number: u64,
    is_over: bool,
}

impl<R: BufRead> Lines<R> {
    pub fn new(read: R) -> Self {
        Self {
            read,
            number: 0,
            is_over: false,
        }
    }

    /// Reads a line into `line`; answers whether it was too long, and nothing at the end.
    fn read_line(&mut self, line: &mut Vec<u8>) -> std::io::Result<Option<bool>> {
        line.clear();
        let limit = LONGEST as u64 + 1;
        if self.read.by_ref().take(limit).read_until(b'\n', line)? == 0 {
            return Ok(None);
        }
        let is_cut = line.len() > LONGEST && line.last() != Some(&b'\n');
        if is_cut {
            self.read.skip_until(b'\n')?;
        }
        Ok(Some(is_cut))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let mut line = Vec::new();
        while !self.is_over {
            self.number += 1;
            let fields = match self.read_line(&mut line) {
                Ok(None) => return None,
                Ok(Some(true)) => Err(too_long()),
                Ok(Some(false)) if line.trim_ascii().is_empty() => continue,
                Ok(Some(false)) => parse(&line),
                Err(error) => {
                    self.is_over = true;
                    Err(format!("it cannot be read: {error}"))
                }
            };
            return Some(Row {
                line: self.number,
                fields,
            });
        }
        None
    }
}

/// Why a row that is above the bound is refused.
pub(super) fn too_long() -> String {
    format!("it is longer than {LONGEST} bytes, and no account is")
}

/// The object that a text is.
pub(super) fn parse(text: &[u8]) -> Result<serde_json::Map<String, Value>, String> {
    let text = std::str::from_utf8(text).map_err(|_| "it is no text in UTF-8".to_owned())?;
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err("it is JSON, but no object".to_owned()),
        Err(error) => Err(format!("it is no JSON: {error}")),
    }
}
