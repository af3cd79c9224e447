//! A PostgreSQL database as one end of a copy: read in one snapshot, or written in one transaction.

use std::pin::Pin;

use deadpool_postgres::{ClientWrapper, Object};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;

use super::AT_ONCE;
use super::schema::{self, Found, Kind, Table, quoted};
use crate::db::{Fault, Result, Value, postgres};

const TABLES: &str =
    "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), CAST(c.data_type AS TEXT)
    FROM information_schema.columns AS c JOIN information_schema.tables AS t
    ON t.table_schema = c.table_schema AND t.table_name = c.table_name
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'";

/// Others that are connected to the same database.
const OTHERS: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

/// A copy takes as long as it takes; only for others that hold a table it does not wait for ever.
const PATIENT: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '10s'";

const CURSOR: &str = "gatepost_copy";

/// A connection with its transaction.
pub(super) struct Connection(ClientWrapper);

impl Connection {
    /// Connects to read the database as it is now, whatever others write meanwhile.
    pub async fn read(url: &str) -> Result<Self> {
        let this = Self::open(url).await?;
        this.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await?;
        // The snapshot begins with the first statement.
        this.batch("SELECT 1").await?;
        Ok(this)
    }

    /// Connects to a database that is to be filled, and to which nobody else is connected.
    pub async fn alone(url: &str) -> Result<Self> {
        let this = Self::open(url).await?;
        this.refuse_others().await?;
        Ok(this)
    }

    /// Connects to fill the database.
    pub async fn write(url: &str) -> Result<Self> {
        let this = Self::alone(url).await?;
        this.batch("BEGIN").await?;
        Ok(this)
    }

    async fn open(url: &str) -> Result<Self> {
        let pool = postgres::Postgres::open(url, 1).await?;
        let this = Self(Object::take(pool.connection().await?));
        this.batch(PATIENT).await?;
        Ok(this)
    }

    /// Refuses while others are connected: a server would go on with what it has in its memory.
    async fn refuse_others(&self) -> Result<()> {
        let mut others = 0;
        // Who has just left is seen for a moment longer.
        for _ in 0..20 {
            others = self.others().await?;
            if others == 0 {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        Err(Fault::Other(format!(
            "the database that is to be filled is in use by {others} other connections: stop the servers that work with \
             it first"
        )))
    }

    async fn others(&self) -> Result<i64> {
        Ok(self.0.query_one(OTHERS, &[]).await?.try_get(0)?)
    }

    async fn batch(&self, sql: &str) -> Result<()> {
        Ok(self.0.batch_execute(sql).await?)
    }

    pub async fn tables(&self) -> Result<Found> {
        let rows = self.0.query(TABLES, &[]).await?;
        let rows = rows
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)));
        Ok(schema::collect(rows.collect::<Result<_>>()?))
    }

    /// Every row of a statement of two columns: a number and a text.
    pub async fn pairs(&self, sql: &str) -> Result<Vec<(i64, String)>> {
        let rows = self.0.query(sql, &[]).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    pub async fn count(&self, table: &str) -> Result<i64> {
        let sql = format!("SELECT count(*) FROM {}", quoted(table));
        Ok(self.0.query_one(&sql, &[]).await?.try_get(0)?)
    }

    /// Begins at the first row. The server walks through the table once, so a large one is no slower at its end.
    pub async fn rewind(&self, table: &Table) -> Result<()> {
        self.batch(&format!(
            "DECLARE {CURSOR} NO SCROLL CURSOR FOR SELECT {} FROM {}",
            table.columns(),
            quoted(&table.name)
        ))
        .await
    }

    /// The next rows.
    pub async fn fetch(&self, table: &Table) -> Result<Vec<Vec<Value>>> {
        let rows = self
            .0
            .query(&format!("FETCH {AT_ONCE} FROM {CURSOR}"), &[])
            .await?;
        rows.iter()
            .map(|row| {
                let values = (0..row.len()).map(|place| postgres::read(row, place));
                table.normal(values.collect::<Result<_>>()?)
            })
            .collect()
    }

    pub async fn close_cursor(&self) -> Result<()> {
        self.batch(&format!("CLOSE {CURSOR}")).await
    }

    /// Begins to take rows for a table.
    pub async fn load(&self, table: &Table) -> Result<Pin<Box<BinaryCopyInWriter>>> {
        let sql = format!(
            "COPY {} ({}) FROM STDIN (FORMAT binary)",
            quoted(&table.name),
            table.columns()
        );
        let sink = self.0.copy_in(&sql).await?;
        let types: Vec<Type> = table
            .columns
            .iter()
            .map(|column| match column.kind {
                Some(Kind::Bool) => Type::BOOL,
                Some(Kind::Int) => Type::INT8,
                Some(Kind::Bytes) => Type::BYTEA,
                Some(Kind::Uuid) => Type::UUID,
                Some(Kind::Text) | None => Type::TEXT,
            })
            .collect();
        Ok(Box::pin(BinaryCopyInWriter::new(sink, &types)))
    }

    /// Empties the tables, and with that holds everybody else off them until the end.
    pub async fn wipe(&self, tables: &[Table]) -> Result<()> {
        let names: Vec<String> = tables.iter().map(|table| quoted(&table.name)).collect();
        self.batch(&format!("TRUNCATE {}", names.join(", "))).await
    }

    pub async fn commit(&self) -> Result<()> {
        self.batch("COMMIT").await?;
        // The planner knows nothing of a table that was filled at once. Only a matter of speed.
        let _ = self.batch("ANALYZE").await;
        Ok(())
    }

    /// Whether somebody else may have written since the snapshot began.
    pub async fn has_changed(&self) -> Result<bool> {
        Ok(self.others().await? > 0)
    }
}
