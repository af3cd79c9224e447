//! Which tables and columns there are: what the migrations make, and whether a database has just that.
//!
//! The migrations are run on an empty database in memory and the outcome is looked at. So there is no list that a new
//! migration could be missing from.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::db::{Fault, Migration, Result, Value};

/// What a column may hold: the portable subset of `migrations/README.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `BOOLEAN`
    Bool,
    /// `BIGINT`
    Int,
    /// `TEXT`
    Text,
    /// `BYTEA`
    Bytes,
    /// `UUID`
    Uuid,
}

impl Kind {
    /// Reads the name of a type, as either engine writes it.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "BOOLEAN" => Self::Bool,
            "BIGINT" => Self::Int,
            "TEXT" => Self::Text,
            "BYTEA" => Self::Bytes,
            "UUID" => Self::Uuid,
            _ => return None,
        })
    }

    /// The value as this kind, so that both engines' values are the same; `None` when it is of another kind.
    pub(super) fn normal(self, value: Value) -> Option<Value> {
        Some(match (self, value) {
            (_, Value::Null) => Value::Null,
            // SQLite keeps a boolean as a number and an identifier as its bytes.
            (Self::Bool, Value::Int(number @ (0 | 1))) => Value::Bool(number == 1),
            (Self::Uuid, Value::Bytes(bytes)) => Value::Uuid(uuid::Uuid::from_slice(&bytes).ok()?),
            (Self::Bool, value @ Value::Bool(_))
            | (Self::Int, value @ Value::Int(_))
            | (Self::Text, value @ Value::Text(_))
            | (Self::Bytes, value @ Value::Bytes(_))
            | (Self::Uuid, value @ Value::Uuid(_)) => value,
            _ => return None,
        })
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds; `None` for a type outside the portable subset.
    pub kind: Option<Kind>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns in the order of their names: that of their making may differ between databases.
    pub columns: Vec<Column>,
}

impl Table {
    /// The columns, for a statement.
    pub(super) fn columns(&self) -> String {
        let names = self.columns.iter().map(|column| quoted(&column.name));
        names.collect::<Vec<_>>().join(", ")
    }

    /// A row as the kinds of the columns say.
    pub(super) fn normal(&self, values: Vec<Value>) -> Result<Vec<Value>> {
        let pairs = self.columns.iter().zip(values);
        pairs
            .map(|(column, value)| {
                let normal = column.kind.and_then(|kind| kind.normal(value));
                normal.ok_or_else(|| {
                    Fault::Other(format!(
                        "{}.{} holds a value of another kind than the schema says",
                        self.name, column.name
                    ))
                })
            })
            .collect()
    }
}

/// A name in a statement.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Tables by name, as a database has them.
pub(super) type Found = BTreeMap<String, Vec<Column>>;

/// The tables that the first `count` migrations make, each behind those that it refers to.
pub fn expected(count: usize) -> Result<Vec<Table>> {
    let connection = Connection::open_in_memory()?;
    for migration in all(count)? {
        connection.execute_batch(&migration.sql)?;
    }
    let found = read(&connection)?;
    let mut rest: Vec<(Table, Vec<String>)> = Vec::new();
    for (name, columns) in found {
        let behind = referred(&connection, &name)?;
        rest.push((Table { name, columns }, behind));
    }
    in_order(rest)
}

fn all(count: usize) -> Result<Vec<Migration>> {
    let mut all = crate::db::migrations()?;
    all.truncate(count);
    Ok(all)
}

/// The tables of a SQLite database.
pub(super) fn read(connection: &Connection) -> Result<Found> {
    let mut statement = connection.prepare(
        "SELECT t.name, c.name, c.type FROM sqlite_master AS t, pragma_table_info(t.name) AS c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite@_%' ESCAPE '@'",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let rows: Vec<(String, String, String)> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(collect(rows))
}

/// Puts the columns of all tables together: rows of table, column and type.
pub(super) fn collect(rows: Vec<(String, String, String)>) -> Found {
    let mut found = Found::new();
    for (table, name, kind) in rows {
        let kind = Kind::named(&kind);
        found.entry(table).or_default().push(Column { name, kind });
    }
    for columns in found.values_mut() {
        columns.sort_by(|one, other| one.name.cmp(&other.name));
    }
    found
}

/// The other tables that the rows of `table` refer to.
fn referred(connection: &Connection, table: &str) -> Result<Vec<String>> {
    let mut statement =
        connection.prepare("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    let mut names: Vec<String> = names.collect::<rusqlite::Result<_>>()?;
    names.retain(|name| name != table);
    Ok(names)
}

fn in_order(mut rest: Vec<(Table, Vec<String>)>) -> Result<Vec<Table>> {
    let mut ordered: Vec<Table> = Vec::new();
    while !rest.is_empty() {
        let is_there = |name: &String| ordered.iter().any(|table| table.name == *name);
        let Some(next) = rest
            .iter()
            .position(|(_, behind)| behind.iter().all(is_there))
        else {
            let names: Vec<&str> = rest.iter().map(|(table, _)| table.name.as_str()).collect();
            let names = names.join(", ");
            return Err(Fault::Other(format!(
                "these tables refer to each other in a circle: {names}"
            )));
        };
        ordered.push(rest.remove(next).0);
    }
    Ok(ordered)
}

/// Refuses a database that lacks one of the tables or has one with other columns; answers the tables that are nobody's.
pub(super) fn compare(expected: &[Table], found: &Found, place: &str) -> Result<Vec<String>> {
    for table in expected {
        let columns = found.get(&table.name);
        if columns != Some(&table.columns) {
            return Err(Fault::Other(format!(
                "the table {} of {place} is not as the migrations make it: {}",
                table.name,
                difference(table, columns.map_or(&[], Vec::as_slice))
            )));
        }
    }
    let is_known = |name: &String| expected.iter().any(|table| table.name == *name);
    let others = found.keys().filter(|name| !is_known(name));
    // The ledger is the migrator's own; the other two stand in every backup.
    let others = others.filter(|name| !name.starts_with("schema_") && !name.starts_with("backup_"));
    Ok(others.cloned().collect())
}

fn difference(table: &Table, found: &[Column]) -> String {
    if found.is_empty() {
        return "it is missing".into();
    }
    let lacks = table.columns.iter().find(|column| !found.contains(column));
    let has = found.iter().find(|column| !table.columns.contains(column));
    match (lacks, has) {
        (Some(column), _) => format!("the column {} is missing or of another type", column.name),
        (None, Some(column)) => format!("it has a column {} that nobody knows", column.name),
        (None, None) => "its columns differ".into(),
    }
}
