//! Rows of an answer, whose columns are found by their names.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use tokio_postgres::{Column, Statement};

use super::{Fault, FromValue, Result, Value};

/// The names of an answer's columns, which are all different. They belong to the statement, and are not made anew for an answer.
#[derive(Debug, Clone)]
pub(super) enum Columns {
    /// As a connection to SQLite remembers them.
    Sqlite(Arc<[Box<str>]>),
    /// As the driver of PostgreSQL does.
    Postgres(Statement),
}

impl Columns {
    /// How many there are.
    pub fn count(&self) -> usize {
        match self {
            Self::Sqlite(names) => names.len(),
            Self::Postgres(statement) => statement.columns().len(),
        }
    }

    fn name(&self, place: usize) -> Option<&str> {
        match self {
            Self::Sqlite(names) => names.get(place).map(AsRef::as_ref),
            Self::Postgres(statement) => statement.columns().get(place).map(Column::name),
        }
    }

    /// Whether each name finds its own column.
    fn are_distinct(&self) -> bool {
        let is_first = |place| (0..place).all(|before| self.name(before) != self.name(place));
        (0..self.count()).all(is_first)
    }
}

/// The first rows of an answer.
#[derive(Debug, Default)]
pub struct Rows {
    /// Those that were read.
    pub first: Vec<Row>,
    /// How many there are with those that were not.
    pub count: usize,
}

/// A row of an answer.
#[derive(Debug)]
pub struct Row {
    columns: Columns,
    pub(super) values: Vec<Value>,
    /// The column behind the one that was found last: they are mostly read in their order.
    next: AtomicUsize,
}

impl Row {
    /// A row of `values` in the order of the `columns`.
    pub(super) fn new(columns: Columns, values: Vec<Value>) -> Self {
        debug_assert!(columns.are_distinct(), "two of one name: {columns:?}");
        Self {
            columns,
            values,
            next: AtomicUsize::new(0),
        }
    }

    /// Reads the column called `name`.
    pub fn get<T: FromValue>(&self, name: &str) -> Result<T> {
        let value = self.find(name).and_then(|place| self.values.get(place));
        value
            .and_then(T::from_value)
            .ok_or_else(|| Fault::Other(format!("column {name:?} is absent or of another type")))
    }

    /// Where the column called `name` stands.
    fn find(&self, name: &str) -> Option<usize> {
        let is_called = |place: &usize| self.columns.name(*place) == Some(name);
        let next = Some(self.next.load(Relaxed)).filter(is_called);
        let found = next.or_else(|| (0..self.columns.count()).find(is_called))?;
        self.next.store(found + 1, Relaxed);
        Some(found)
    }
}

impl Clone for Row {
    fn clone(&self) -> Self {
        Self::new(self.columns.clone(), self.values.clone())
    }
}
