//! The copying itself: every table from one end to the other, then read again and compared.

use serde::Serialize;

use super::schema::Table;
use super::side::Side;
use super::tally::Tally;
use crate::db::{Fault, Result};

/// How far a copy is.
#[derive(Debug)]
pub struct Step<'a> {
    /// The table in hand.
    pub table: &'a str,
    /// Whether it is read for comparison, and no more copied.
    pub is_check: bool,
    /// Rows that are done.
    pub done: u64,
    /// Rows that are to be done in all.
    pub total: u64,
}

/// A table that was copied or checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copied {
    /// Its name.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// A digest of them that no order changes.
    pub digest: String,
}

/// Told of every step.
pub(super) struct Watch<'a> {
    tell: &'a mut dyn FnMut(&Step<'_>),
    done: u64,
    total: u64,
}

impl<'a> Watch<'a> {
    /// Counts what is to be done: every row of `side`, `times` times.
    pub async fn over(
        (side, tables): (&Side, &[Table]),
        times: u64,
        tell: &'a mut dyn FnMut(&Step<'_>),
    ) -> Result<Self> {
        let mut total = 0;
        for table in tables {
            total += side.count(&table.name).await? * times;
        }
        let done = 0;
        Ok(Self { tell, done, total })
    }

    fn step(&mut self, table: &str, rows: usize, is_check: bool) {
        self.done += rows as u64;
        (self.tell)(&Step {
            table,
            is_check,
            done: self.done,
            total: self.total.max(self.done),
        });
    }
}

/// Copies the tables and compares what the target then holds with what was read. The commit is the caller's.
pub(super) async fn run(
    source: &mut Side,
    target: &mut Side,
    tables: &[Table],
    tell: &mut dyn FnMut(&Step<'_>),
) -> Result<Vec<Copied>> {
    let mut watch = Watch::over((source, tables), 2, tell).await?;
    let mut copied = Vec::new();
    for table in tables {
        let tally = copy(source, target, table, &mut watch)
            .await
            .map_err(|fault| of_table(table, fault))?;
        copied.push(outcome(table, &tally));
    }
    let found = check(target, tables, &mut watch).await?;
    match copied.iter().zip(&found).find(|(one, other)| one != other) {
        None => Ok(copied),
        Some((one, other)) => Err(Fault::Other(format!(
            "the copy of {} is not like the original ({} rows of {}): nothing was kept",
            one.table, other.rows, one.rows
        ))),
    }
}

async fn copy(
    source: &mut Side,
    target: &Side,
    table: &Table,
    watch: &mut Watch<'_>,
) -> Result<Tally> {
    let (mut tally, mut buffer) = (Tally::default(), Vec::new());
    source.rewind(table).await?;
    let mut loader = target.load(table).await?;
    loop {
        let rows = source.fetch(table).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            tally.add(row, &mut buffer);
        }
        loader.take(&rows).await?;
        watch.step(&table.name, rows.len(), false);
    }
    loader.finish().await?;
    source.leave().await?;
    Ok(tally)
}

/// Reads every table and answers what it holds.
pub(super) async fn check(
    side: &mut Side,
    tables: &[Table],
    watch: &mut Watch<'_>,
) -> Result<Vec<Copied>> {
    let mut found = Vec::new();
    let mut buffer = Vec::new();
    for table in tables {
        let mut tally = Tally::default();
        side.rewind(table).await?;
        loop {
            let rows = side.fetch(table).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                tally.add(row, &mut buffer);
            }
            watch.step(&table.name, rows.len(), true);
        }
        side.leave().await?;
        found.push(outcome(table, &tally));
    }
    Ok(found)
}

fn outcome(table: &Table, tally: &Tally) -> Copied {
    Copied {
        table: table.name.clone(),
        rows: tally.rows,
        digest: tally.digest(),
    }
}

/// The fault of one table, with its name, unless it says it already.
fn of_table(table: &Table, fault: Fault) -> Fault {
    match fault {
        Fault::Unavailable(text) => Fault::Unavailable(text),
        other => Fault::Other(format!(
            "the table {} cannot be copied: {other}",
            table.name
        )),
    }
}
