//! The PostgreSQL database of another application: read once, from beginning to end, and never written.

use std::str::FromStr;
use std::sync::Arc;

use tokio_postgres::{Client, Config, SimpleQueryMessage, SimpleQueryRow};

use super::postgres::Connector;
use super::{Fault, Result};

/// A table that is being read.
pub struct Foreign {
    client: Client,
    columns: Option<Arc<[String]>>,
}

impl Foreign {
    /// Connects to the database at `url`; `password` is for an address that has none.
    pub async fn connect(url: &str, password: Option<&str>) -> Result<Self> {
        let invalid = |_| Fault::Other("the address of the database is not valid".into());
        let mut config = Config::from_str(url).map_err(invalid)?;
        if let Some(password) = password.filter(|_| config.get_password().is_none()) {
            config.password(password);
        }
        let (client, connection) = config.connect(Connector::default()).await?;
        // It ends with the client.
        tokio::spawn(connection);
        Ok(Self {
            client,
            columns: None,
        })
    }

    /// Begins to read the first of the tables (`users`, `auth.users`) that is there; answers its name and how many rows it has.
    pub async fn open(&mut self, tables: &[String]) -> Result<Option<(String, u64)>> {
        // Everything is read as it was at one moment; the application goes on writing.
        let begin = "BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ; SET LOCAL datestyle = 'ISO'; SET LOCAL timezone = 'UTC'";
        self.client.batch_execute(begin).await?;
        for table in tables {
            let name = quoted(table);
            let found = format!("SELECT to_regclass({}) IS NOT NULL", literal(&name));
            if self.text(&found).await?.as_deref() != Some("t") {
                continue;
            }
            let count = self.text(&format!("SELECT count(*) FROM {name}")).await?;
            let declare = format!("DECLARE accounts NO SCROLL CURSOR FOR SELECT * FROM {name}");
            self.client.batch_execute(&declare).await?;
            let count = count.and_then(|count| count.parse().ok()).unwrap_or(0);
            return Ok(Some((table.clone(), count)));
        }
        Ok(None)
    }

    async fn text(&self, sql: &str) -> Result<Option<String>> {
        let rows = self.client.simple_query(sql).await?;
        let row = rows.iter().find_map(as_row);
        Ok(row.and_then(|row| row.get(0)).map(str::to_owned))
    }

    /// The next rows, each value as PostgreSQL writes it; none at the end.
    pub async fn fetch(&mut self, count: u32) -> Result<Vec<Vec<Option<String>>>> {
        let sql = format!("FETCH {count} FROM accounts");
        let messages = self.client.simple_query(&sql).await?;
        let mut rows = Vec::new();
        for row in messages.iter().filter_map(as_row) {
            if self.columns.is_none() {
                let names = row.columns().iter().map(|column| column.name().to_owned());
                self.columns = Some(names.collect());
            }
            rows.push(
                (0..row.len())
                    .map(|place| row.get(place).map(str::to_owned))
                    .collect(),
            );
        }
        Ok(rows)
    }

    /// The names of the columns, once rows have been read.
    pub fn columns(&self) -> Arc<[String]> {
        self.columns.clone().unwrap_or_default()
    }
}

fn as_row(message: &SimpleQueryMessage) -> Option<&SimpleQueryRow> {
    match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    }
}

/// `auth.users` as `"auth"."users"`: a name, whatever is in it.
fn quoted(table: &str) -> String {
    let parts = table
        .split('.')
        .map(|part| format!("\"{}\"", part.replace('"', "\"\"")));
    parts.collect::<Vec<_>>().join(".")
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
