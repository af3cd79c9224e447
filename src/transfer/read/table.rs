//! A table of a PostgreSQL database, read on a thread of its own.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value};
use tokio::runtime::{Builder, Runtime};

use super::{LONGEST, Row, Source};
use crate::db::Foreign;

/// Rows that are asked for together.
const AT_ONCE: u32 = 500;

/// The rows of a table.
struct Table {
    runtime: Option<Runtime>,
    foreign: Foreign,
    waiting: VecDeque<Vec<Option<String>>>,
    number: u64,
    done: Arc<AtomicU64>,
    is_over: bool,
}

/// Opens the first of the tables that the database has.
pub(super) fn open(url: &str, password: Option<&str>, tables: &[String]) -> Result<Source, String> {
    // A thread that does other things while it waits must not wait for this.
    std::thread::scope(|scope| {
        let opened = scope.spawn(|| open_here(url, password, tables)).join();
        opened.unwrap_or_else(|_| Err("the database cannot be read".to_owned()))
    })
}

fn open_here(url: &str, password: Option<&str>, tables: &[String]) -> Result<Source, String> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("the system gives no events: {error}"))?;
    let opened = runtime.block_on(async {
        let mut foreign = Foreign::connect(url, password).await?;
        let found = foreign.open(tables).await?;
        Ok::<_, crate::db::Fault>((foreign, found))
    });
    let (foreign, found) =
        opened.map_err(|fault| format!("the database cannot be read: {fault}"))?;
    let Some((name, total)) = found else {
        return Err(format!(
            "the database has none of the tables {}; name the one that has the accounts with --table",
            tables.join(", ")
        ));
    };
    let done = Arc::<AtomicU64>::default();
    let table = Table {
        runtime: Some(runtime),
        foreign,
        waiting: VecDeque::new(),
        number: 0,
        done: Arc::clone(&done),
        is_over: false,
    };
    let name = format!("the table {name}");
    Ok(Source {
        rows: Box::new(table),
        total: Some(total),
        done,
        name,
    })
}

impl Drop for Table {
    fn drop(&mut self) {
        // Whoever drops it may be waiting for other things as well, and must not wait for this.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Iterator for Table {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.waiting.is_empty() && !self.is_over {
            let fetching = self.foreign.fetch(AT_ONCE);
            let fetched = self
                .runtime
                .as_ref()
                .map(|runtime| runtime.block_on(fetching));
            match fetched.unwrap_or_else(|| Ok(Vec::new())) {
                Ok(rows) => self.waiting.extend(rows),
                Err(fault) => {
                    self.is_over = true;
                    let fields = Err(format!("the database cannot be read any further: {fault}"));
                    return Some(Row {
                        line: self.number + 1,
                        fields,
                    });
                }
            }
            self.is_over = self.waiting.is_empty();
        }
        let values = self.waiting.pop_front()?;
        self.number += 1;
        self.done.fetch_add(1, Ordering::Relaxed);
        Some(Row {
            line: self.number,
            fields: self.named(values),
        })
    }
}

impl Table {
    fn named(&self, values: Vec<Option<String>>) -> Result<Map<String, Value>, String> {
        if values.iter().flatten().map(String::len).sum::<usize>() > LONGEST {
            return Err(super::lines::too_long());
        }
        let names = self.foreign.columns();
        let pairs = names.iter().zip(values);
        Ok(pairs
            .map(|(name, value)| (name.clone(), value.map_or(Value::Null, Value::from)))
            .collect())
    }
}
