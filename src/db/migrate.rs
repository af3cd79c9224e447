//! Migrations: forward only, one text for both engines, each applied once even when several nodes start together.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Db, Dialect, Fault, Result, Run, Tx};
use crate::clock::Timestamp;
use crate::crypto;
use crate::params;

#[derive(rust_embed::RustEmbed)]
#[folder = "migrations"]
struct Files;

/// A step of the schema, from `migrations/0001_name.sql`.
#[derive(Debug)]
pub struct Migration {
    /// The number that the file's name begins with.
    pub version: i64,
    /// The rest of the file's name.
    pub name: String,
    /// The statements.
    pub sql: String,
}

impl Migration {
    fn checksum(&self) -> String {
        crypto::hex(&crypto::digest(self.sql.as_bytes()))
    }

    /// The statements for one engine: to the other a line such as `--postgres: CREATE INDEX …` is a comment.
    fn text(&self, dialect: Dialect) -> String {
        let mark = match dialect {
            Dialect::Sqlite => "--sqlite: ",
            Dialect::Postgres => "--postgres: ",
        };
        let lines = self.sql.lines();
        let lines = lines.map(|line| line.strip_prefix(mark).unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// All migrations of this release, oldest first.
pub fn migrations() -> Result<Vec<Migration>> {
    let mut found = Vec::new();
    for file in Files::iter().filter(|name| name.ends_with(".sql")) {
        let parsed = file
            .strip_suffix(".sql")
            .and_then(|stem| stem.split_once('_'));
        let (number, name) =
            parsed.ok_or_else(|| Fault::Other(format!("{file} is no 0001_name.sql")))?;
        let version = number
            .parse()
            .map_err(|_| Fault::Other(format!("{file} has no number")))?;
        let content = Files::get(&file).map(|file| file.data).unwrap_or_default();
        let sql = String::from_utf8_lossy(&content).into_owned();
        found.push(Migration {
            version,
            name: name.to_owned(),
            sql,
        });
    }
    found.sort_by_key(|migration| migration.version);
    Ok(found)
}

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";
const LOCK: &str =
    "CREATE TABLE IF NOT EXISTS schema_lock (id BIGINT PRIMARY KEY, taken BIGINT NOT NULL)";
const MAKE_LOCK: &str =
    "INSERT INTO schema_lock (id, taken) VALUES (1, 0) ON CONFLICT (id) DO NOTHING";
const TAKE_LOCK: &str = "UPDATE schema_lock SET taken = taken + 1 WHERE id = 1";
const APPLIED: &str = "SELECT version, checksum FROM schema_migrations ORDER BY version";
const DATES: &str = "SELECT version, name, applied_at FROM schema_migrations ORDER BY version";
const RECORD: &str =
    "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";

/// Applies what is missing of the first `count` migrations.
pub(super) async fn run(db: &Db, count: usize) -> Result<usize> {
    let mut known = migrations()?;
    known.truncate(count);
    if is_current(db, &known).await? {
        return Ok(0);
    }
    create_ledger(db).await?;
    let known = &known;
    db.transaction(|tx| async move {
        // The row stays locked until the commit: a second node waits here, and then finds everything applied.
        // That may take as long as a large index is built.
        tx.batch(TAKE_LOCK).await?;
        apply(&tx, known).await
    })
    .await
}

/// The usual start: nothing to do, found out by one read and without a write.
async fn is_current(db: &Db, known: &[Migration]) -> Result<bool> {
    match db.all(APPLIED, &[]).await {
        Ok(rows) => {
            let applied = check(&read(&rows)?, known)?;
            Ok(applied == known.len())
        }
        Err(fault @ (Fault::Unavailable(_) | Fault::Damaged(_))) => Err(fault),
        Err(_) => Ok(false),
    }
}

/// How many of this release's migrations the database lacks. Later ones are of a newer release, which leaves this one
/// working: nodes are upgraded one by one.
pub(super) async fn missing(run: &impl Run) -> Result<usize> {
    static KNOWN: LazyLock<Result<Vec<(i64, String)>, String>> = LazyLock::new(|| {
        let known = migrations().map_err(|fault| fault.to_string())?;
        let known = known.iter().map(|known| (known.version, known.checksum()));
        Ok(known.collect())
    });
    let known = KNOWN.as_ref().map_err(|text| Fault::Other(text.clone()))?;
    let rows = match run.all(APPLIED, &[]).await {
        Ok(rows) => rows,
        Err(fault @ (Fault::Unavailable(_) | Fault::Damaged(_))) => return Err(fault),
        // Without the ledger nothing was ever applied.
        Err(_) => return Ok(known.len()),
    };
    let applied = rows
        .iter()
        .map(|row| Ok((row.get("version")?, row.get("checksum")?)))
        .collect::<Result<Vec<(i64, String)>>>()?;
    Ok(known.iter().filter(|one| !applied.contains(one)).count())
}

/// A migration, and whether the database has it.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its number.
    pub version: i64,
    /// What it does, in a word or two.
    pub name: String,
    /// When it was applied; `None` while it is missing.
    pub applied_at: Option<Timestamp>,
}

pub(super) async fn ledger(db: &Db) -> Result<Vec<Step>> {
    let mut steps = BTreeMap::new();
    for migration in migrations()? {
        let (version, name) = (migration.version, migration.name);
        let applied_at = None;
        steps.insert(
            version,
            Step {
                version,
                name,
                applied_at,
            },
        );
    }
    for row in db.all(DATES, &[]).await? {
        let step = Step {
            version: row.get("version")?,
            name: row.get("name")?,
            applied_at: row.get("applied_at")?,
        };
        steps.insert(step.version, step);
    }
    Ok(steps.into_values().collect())
}

async fn create_ledger(db: &Db) -> Result<()> {
    let mut tries = 0;
    loop {
        let created: Result<()> = db
            .transaction(|tx| async move {
                tx.batch(LEDGER).await?;
                tx.batch(LOCK).await?;
                tx.execute(MAKE_LOCK, &[]).await.map(drop)
            })
            .await;
        match created {
            // `IF NOT EXISTS` does not help when two nodes create the same table at once: PostgreSQL then reports a
            // unique violation in its catalogue, or that the table exists.
            Err(Fault::Unique(_) | Fault::Other(_))
                if db.dialect() == Dialect::Postgres && tries < 10 =>
            {
                tries += 1;
            }
            answer => return answer,
        }
    }
}

async fn apply(tx: &Tx, known: &[Migration]) -> Result<usize> {
    let applied = check(&read(&tx.all(APPLIED, &[]).await?)?, known)?;
    let missing = known.get(applied..).unwrap_or_default();
    for migration in missing {
        tx.batch(&migration.text(tx.dialect()))
            .await
            .map_err(|fault| of_migration(migration, &fault))?;
        let now = crate::clock::Clock::system().now();
        tx.execute(
            RECORD,
            params![
                migration.version,
                &migration.name,
                migration.checksum(),
                now
            ],
        )
        .await?;
    }
    Ok(missing.len())
}

/// The fault of one migration, with its name.
fn of_migration(migration: &Migration, fault: &Fault) -> Fault {
    let Migration { version, name, .. } = migration;
    let text = format!("migration {version:04}_{name} failed: {}", fault.cause());
    match fault {
        Fault::Unavailable(_) => Fault::Unavailable(text),
        _ => Fault::Other(text),
    }
}

/// Numbers and checksums of what was applied.
fn read(rows: &[super::Row]) -> Result<Vec<(i64, String)>> {
    let applied = rows.iter();
    applied
        .map(|row| Ok((row.get("version")?, row.get("checksum")?)))
        .collect()
}

/// Compares what was applied with what this release knows, and answers the number of applied ones.
pub(super) fn check(applied: &[(i64, String)], known: &[Migration]) -> Result<usize> {
    for (place, (version, checksum)) in applied.iter().enumerate() {
        let Some(migration) = known
            .get(place)
            .filter(|migration| migration.version == *version)
        else {
            return Err(Fault::Other(format!(
                "the database has migration {version:04}, which this release does not know: it was written by a newer \
                 release of Gatepost. Start that release, or restore a backup made before the upgrade"
            )));
        };
        if migration.checksum() != *checksum {
            return Err(Fault::Other(format!(
                "migration {version:04} was applied with another text than this release has: the database and the \
                 program do not belong together"
            )));
        }
    }
    Ok(applied.len())
}
