//! A statement that grows with what is asked for.

use std::fmt;

use super::order::{Cursor, Sort};
use crate::db::Value;

/// Where a parameter stands in a statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placeholder(usize);

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.0)
    }
}

/// A statement that grows with its parameters.
#[derive(Default, Clone)]
pub(super) struct Statement {
    pub(super) conditions: Vec<String>,
    pub(super) params: Vec<Value>,
}

impl Statement {
    /// Adds a value and answers where it stands.
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> Placeholder {
        self.params.push(value.into());
        Placeholder(self.params.len())
    }

    /// Only what stands behind that place in the order.
    pub(super) fn behind(&mut self, sort: Sort, cursor: &Cursor) {
        if let Some(value) = cursor.value(sort) {
            let (column, downwards) = sort.column();
            let beyond = if downwards { "<" } else { ">" };
            let (value, id) = (self.bind(value), self.bind(cursor.id()));
            self.condition(format!("({column}, id) {beyond} ({value}, {id})"));
        }
    }

    pub(super) fn condition(&mut self, text: String) {
        self.conditions.push(text);
    }

    pub(super) fn clause(&self) -> String {
        if self.conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.conditions.join(" AND "))
        }
    }
}
