//! The accounts of one large JSON text: the elements of an array, also of the array `users` inside an object (Keycloak's realms,
//! Firebase), or objects one after the other. Only one of them is in memory.

use std::io::{ErrorKind, Read};

use super::lines::{parse, too_long};
use super::{LONGEST, Row};

/// The key under which systems keep their accounts.
const KEY: &[u8] = b"users";
/// Bytes that are read together.
const CHUNK: usize = 1 << 16;

/// Where in the text the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Outside of every object that could be an account.
    Between,
    /// In an object that is an account.
    Account,
    /// In an object of the top level, which is an account unless it has `users`.
    Top,
    /// In the rest of an object whose `users` have been read.
    Rest,
}

/// Whether the next byte belongs to a text between quotation marks, in which brackets mean nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Outside,
    Inside,
    /// Behind a backslash.
    Escaped,
}

/// The objects of a stream.
pub(super) struct Elements<R> {
    read: R,
    chunk: Vec<u8>,
    /// How much of the chunk has been taken.
    taken: usize,
    line: u64,
    begun: u64,
    place: Place,
    /// How deep in brackets the next byte stands, counted from the account or the object of the top level.
    depth: u32,
    text: Text,
    is_in_users: bool,
    /// The text between the last two quotation marks at the first level of an object of the top level.
    key: Vec<u8>,
    held: Vec<u8>,
    is_over: bool,
}

impl<R: Read> Elements<R> {
    pub fn new(read: R) -> Self {
        Self {
            read,
            chunk: Vec::new(),
            taken: 0,
            line: 1,
            begun: 1,
            place: Place::Between,
            depth: 0,
            text: Text::Outside,
            is_in_users: false,
            key: Vec::new(),
            held: Vec::new(),
            is_over: false,
        }
    }

    /// Takes the next byte, and answers whether an account ends with it.
    fn step(&mut self, byte: u8) -> bool {
        if byte == b'\n' {
            self.line += 1;
        }
        self.hold(byte);
        if self.text != Text::Outside {
            self.step_in_text(byte);
            return false;
        }
        match byte {
            b'"' => {
                self.text = Text::Inside;
                self.key.clear();
            }
            b'{' | b'[' => self.open(byte),
            b'}' | b']' => return self.close(),
            b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            // A value that is no text: what stood before it was no key of an array.
            _ => self.key.clear(),
        }
        false
    }

    fn hold(&mut self, byte: u8) {
        // One byte more than allowed tells that it was too much.
        if matches!(self.place, Place::Account | Place::Top) && self.held.len() <= LONGEST {
            self.held.push(byte);
        }
    }

    fn step_in_text(&mut self, byte: u8) {
        self.text = match (self.text, byte) {
            (Text::Inside, b'\\') => Text::Escaped,
            (Text::Inside, b'"') => Text::Outside,
            _ => Text::Inside,
        };
        if self.text == Text::Outside {
            return;
        }
        if self.place == Place::Top && self.depth == 1 && self.key.len() <= KEY.len() {
            self.key.push(byte);
        }
    }

    fn open(&mut self, byte: u8) {
        match (self.place, byte) {
            (Place::Between, b'{') => {
                self.begun = self.line;
                self.depth = 1;
                self.held = vec![byte];
                self.place = if self.is_in_users {
                    Place::Account
                } else {
                    Place::Top
                };
            }
            // The array of the top level, or one of arrays: what is in it counts.
            (Place::Between, _) => {}
            (Place::Top, b'[') if self.depth == 1 && self.key == KEY => {
                self.is_in_users = true;
                self.place = Place::Between;
            }
            _ => self.depth = self.depth.saturating_add(1),
        }
    }

    fn close(&mut self) -> bool {
        match self.place {
            Place::Between if self.is_in_users => {
                self.is_in_users = false;
                self.place = Place::Rest;
                self.depth = 1;
                false
            }
            Place::Between => false,
            _ => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth > 0 {
                    return false;
                }
                let ended = self.place;
                self.place = Place::Between;
                ended != Place::Rest
            }
        }
    }

    fn refill(&mut self) -> std::io::Result<usize> {
        self.taken = 0;
        self.chunk.resize(CHUNK, 0);
        loop {
            match self.read.read(&mut self.chunk) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => {
                    self.chunk.truncate(*read.as_ref().unwrap_or(&0));
                    return read;
                }
            }
        }
    }

    fn row(&mut self) -> Row {
        let held = std::mem::take(&mut self.held);
        let fields = if held.len() > LONGEST {
            Err(too_long())
        } else {
            parse(&held)
        };
        Row {
            line: self.begun,
            fields,
        }
    }

    fn last(&mut self, why: Option<String>) -> Option<Row> {
        self.is_over = true;
        let is_cut = self.place != Place::Between || self.is_in_users;
        let why = why.or_else(|| is_cut.then(|| "the file ends in the middle".to_owned()))?;
        Some(Row {
            line: self.line,
            fields: Err(why),
        })
    }
}

impl<R: Read> Iterator for Elements<R> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        while !self.is_over {
            while let Some(byte) = self.chunk.get(self.taken).copied() {
                self.taken += 1;
                if self.step(byte) {
                    return Some(self.row());
                }
            }
            match self.refill() {
                Ok(0) => return self.last(None),
                Ok(_) => {}
                Err(error) => return self.last(Some(format!("it cannot be read: {error}"))),
            }
        }
        None
    }
}
