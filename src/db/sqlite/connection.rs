//! A connection to the file, and the statements that run on it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Deref;

use foldhash::fast::RandomState;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection as Raw};

use crate::db::row::Columns;
use crate::db::{Result, Row, Rows, Value};

/// A connection that remembers how the columns of its statements are called: SQLite would count and copy the names for every answer.
pub(in crate::db) struct Connection {
    raw: Raw,
    columns: RefCell<HashMap<Box<str>, Columns, RandomState>>,
    /// Statements that are kept prepared, and whose columns are remembered, at most.
    capacity: usize,
}

impl Connection {
    /// Takes a connection that keeps as many statements as `capacity`.
    pub fn new(raw: Raw, capacity: usize) -> Self {
        raw.set_prepared_statement_cache_capacity(capacity);
        Self {
            raw,
            columns: RefCell::default(),
            capacity,
        }
    }

    /// Runs a statement and answers its first `most` rows, and how many it has.
    pub fn first(&self, sql: &str, params: &[Value], most: usize) -> Result<Rows> {
        let mut statement = self.raw.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        let columns = self.columns(sql, &statement);
        let (mut rows, mut answer) = (statement.raw_query(), Rows::default());
        while let Some(row) = rows.next()? {
            answer.count += 1;
            if answer.count <= most {
                answer.first.push(read(&columns, row)?);
            }
        }
        Ok(answer)
    }

    /// Runs a statement as far as its first row, and answers it if there is one.
    pub fn optional(&self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        let mut statement = self.raw.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        let columns = self.columns(sql, &statement);
        let mut rows = statement.raw_query();
        let row = rows.next()?;
        row.map(|row| read(&columns, row)).transpose()
    }

    /// Runs a statement without rows and answers how many it changed.
    pub fn execute(&self, sql: &str, params: &[Value]) -> Result<u64> {
        let mut statement = self.raw.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        Ok(u64::try_from(statement.raw_execute()?).unwrap_or(0))
    }

    /// The columns of a statement. Each names its own, so that they stay the same when the tables change.
    fn columns(&self, sql: &str, statement: &CachedStatement<'_>) -> Columns {
        let mut known = self.columns.borrow_mut();
        if let Some(columns) = known.get(sql) {
            return columns.clone();
        }
        let names = statement.column_names().map(Box::from);
        let columns = Columns::Sqlite(names.collect());
        if known.len() >= self.capacity {
            known.clear();
        }
        known.insert(sql.into(), columns.clone());
        columns
    }
}

impl Deref for Connection {
    type Target = Raw;

    fn deref(&self) -> &Raw {
        &self.raw
    }
}

fn read(columns: &Columns, row: &rusqlite::Row<'_>) -> Result<Row> {
    let mut values = Vec::with_capacity(columns.count());
    for place in 0..columns.count() {
        values.push(Value::from(row.get_ref(place)?));
    }
    Ok(Row::new(columns.clone(), values))
}

/// Binds by name: `$1` is a name to SQLite, which would otherwise number it by first appearance.
fn bind(statement: &mut CachedStatement<'_>, params: &[Value]) -> Result<()> {
    for index in 1..=statement.parameter_count() {
        let number = statement
            .parameter_name(index)
            .and_then(|name| name.get(1..));
        let number: Option<usize> = number.and_then(|number| number.parse().ok());
        let place = number.and_then(|number| number.checked_sub(1));
        if let Some(value) = place.and_then(|place| params.get(place)) {
            statement.raw_bind_parameter(index, value)?;
        }
    }
    Ok(())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Bool(value) => ValueRef::Integer(i64::from(*value)),
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Uuid(id) => ValueRef::Blob(id.as_bytes()),
        }))
    }
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null | ValueRef::Real(_) => Self::Null,
            ValueRef::Integer(number) => Self::Int(number),
            // Nearly always it is valid, which is found out much faster than where it is not.
            ValueRef::Text(text) => Self::Text(match str::from_utf8(text) {
                Ok(text) => text.to_owned(),
                Err(_) => String::from_utf8_lossy(text).into_owned(),
            }),
            ValueRef::Blob(bytes) => Self::Bytes(bytes.to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_statement_has_its_own_columns_and_few_are_remembered() {
        let connection = Connection::new(Raw::open_in_memory().unwrap(), 2);
        for number in [0, 1, 2, 0, 2, 2, 1_i64] {
            let name = format!("n{number}");
            let sql = format!("SELECT 7 AS other, {number} AS {name}");
            let row = connection.optional(&sql, &[]).unwrap().unwrap();
            assert_eq!(row.get::<i64>(&name).unwrap(), number);
            assert_eq!(row.get::<i64>("other").unwrap(), 7);
            assert!(row.get::<i64>("n9").is_err());
            assert!(connection.columns.borrow().len() <= 2);
        }
    }
}
