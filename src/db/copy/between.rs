//! Moving house: everything that one database holds, in another.

use super::run::{self, Copied, Step};
use super::schema::{self, Found, Table};
use super::side::Side;
use super::trouble;
use crate::config::DatabaseKind;
use crate::db::{Fault, Result, migrations};

/// What was copied.
#[derive(Debug)]
pub struct Report {
    /// Every table of the schema.
    pub tables: Vec<Copied>,
    /// Tables of the source that are none of Gatepost's, and were left out.
    pub left_out: Vec<String>,
    /// Whether somebody has written to the source meanwhile, or was connected to it.
    pub has_changed: bool,
    /// The number of the newest migration.
    pub schema: usize,
    /// The end of the audit log's chain.
    pub audit_head: String,
}

impl Report {
    /// All rows together.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// The rows of one table.
    pub fn rows_of(&self, table: &str) -> u64 {
        let mut named = self.tables.iter().filter(|copied| copied.table == table);
        named.next().map_or(0, |copied| copied.rows)
    }
}

/// Copies everything from one database to another, whose contents it replaces: nobody's, or with `force` whatever they are.
pub async fn between(
    from: &DatabaseKind,
    to: &DatabaseKind,
    force: bool,
    tell: &mut dyn FnMut(&Step<'_>),
) -> Result<Report> {
    if from == to {
        return Err(Fault::Other(
            "both ends of the copy are the same database".into(),
        ));
    }
    let mut source = Side::source(from).await?;
    let schema = source.migrations().await?;
    if schema < migrations()?.len() {
        return Err(Fault::Other(format!(
            "the database that is to be copied is at migration {schema:04}, and this release has newer ones: bring it up to \
             date first, with `gatepost migrate`"
        )));
    }
    fill(&mut source, schema, (to, force), tell).await
}

/// Fills a database with all that `source` holds, which is at the newest migration.
pub(super) async fn fill(
    source: &mut Side,
    schema: usize,
    (to, force): (&DatabaseKind, bool),
    tell: &mut dyn FnMut(&Step<'_>),
) -> Result<Report> {
    let tables = schema::expected(schema)?;
    let left_out = schema::compare(&tables, &source.tables().await?, "the source")?;
    judge(to, &tables, force).await?;
    let target = Side::target(to, schema).await;
    let mut target = target.map_err(|fault| trouble::unfilled(to, fault))?;
    // Once more, now that nobody can change it any more.
    let found = target.tables().await?;
    schema::compare(&tables, &found, "the target")?;
    if !force {
        refuse_full(&target, &found).await?;
    }
    target.wipe(&tables).await?;
    let copied = copy(source, &mut target, (&tables, schema, left_out), tell).await?;
    target.commit().await?;
    Ok(copied)
}

/// Copies into a target that is ready for it; the commit is the caller's.
pub(super) async fn copy(
    source: &mut Side,
    target: &mut Side,
    (tables, schema, left_out): (&[Table], usize, Vec<String>),
    tell: &mut dyn FnMut(&Step<'_>),
) -> Result<Report> {
    let copied = run::run(source, target, tables, tell).await?;
    let has_log = tables.iter().any(|table| table.name == "audit_entries");
    Ok(Report {
        tables: copied,
        left_out,
        schema,
        audit_head: if has_log {
            source.audit_head().await?
        } else {
            "0:".into()
        },
        has_changed: source.has_changed().await?,
    })
}

/// Refuses a database that must not be filled before anything in it is changed, which the migrations would do.
async fn judge(place: &DatabaseKind, tables: &[Table], force: bool) -> Result<()> {
    let Some(target) = Side::alone(place).await? else {
        return Ok(());
    };
    let found = target.tables().await?;
    let applied = if found.contains_key("schema_migrations") {
        target.migrations().await?
    } else {
        0
    };
    let others = schema::compare(&schema::expected(applied)?, &found, "the target")?;
    let is_taken = |table: &&Table| others.contains(&table.name);
    if let Some(table) = tables.iter().find(is_taken) {
        return Err(Fault::Other(format!(
            "the database that is to be filled has a table {} that Gatepost did not make: choose another database",
            table.name
        )));
    }
    if force {
        return Ok(());
    }
    refuse_full(&target, &found).await
}

/// A server that was started once has a key and no people: that is worth nothing. People and their history are.
async fn refuse_full(target: &Side, found: &Found) -> Result<()> {
    let mut counts = [0; 2];
    for (count, table) in counts.iter_mut().zip(["accounts", "audit_entries"]) {
        if found.contains_key(table) {
            *count = target.count(table).await?;
        }
    }
    let [accounts, entries] = counts;
    if accounts == 0 && entries == 0 {
        return Ok(());
    }
    Err(Fault::Other(format!(
        "the database that is to be filled holds {accounts} accounts and {entries} entries of the audit log: choose an \
         empty one, or replace all of it with --force"
    )))
}
