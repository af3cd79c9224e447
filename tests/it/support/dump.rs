//! Everything that stands in the database, to see whether something has changed.

use std::collections::BTreeMap;

use gatepost::db::{Dialect, Run};

use super::app::TestApp;

/// What changes by looking, as documented: when a session or a device was last used, and what is written down about refusals.
const BY_LOOKING: [&str; 2] = ["last_seen_at", "audit_entries"];

/// What counts refusals: a guess leaves its mark here, and nowhere else.
const COUNTS: [&str; 4] = ["limits", "guards", "login_failures", "schema_lock"];

impl TestApp {
    /// The rows of every table but of those that count what was refused.
    pub async fn things(&self) -> BTreeMap<String, Vec<String>> {
        let mut dump = self.dump().await;
        dump.retain(|table, _| !COUNTS.contains(&table.as_str()));
        dump
    }

    /// Fails, and says where, unless the things are those of `before`.
    #[track_caller]
    pub fn assert_same(
        before: &BTreeMap<String, Vec<String>>,
        after: &BTreeMap<String, Vec<String>>,
        what: &str,
    ) {
        for (table, rows) in after {
            let new: Vec<&String> = rows
                .iter()
                .filter(|row| !before[table].contains(row))
                .collect();
            let gone: Vec<&String> = before[table]
                .iter()
                .filter(|row| !rows.contains(row))
                .collect();
            assert!(
                new.is_empty() && gone.is_empty(),
                "{what}: {table} has {new:#?} and no longer {gone:#?}"
            );
        }
    }

    /// The rows of every table, in any order that stays the same.
    pub async fn dump(&self) -> BTreeMap<String, Vec<String>> {
        let tables = match self.db.dialect() {
            Dialect::Sqlite => "SELECT name AS name FROM sqlite_master WHERE type = 'table'",
            Dialect::Postgres => {
                "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables WHERE table_schema = 'public'"
            }
        };
        let mut dump = BTreeMap::new();
        for table in self.texts(tables, "name").await {
            if !BY_LOOKING.contains(&table.as_str()) {
                let rows = self.rows_of(&table).await;
                dump.insert(table, rows);
            }
        }
        assert!(dump.contains_key("accounts"), "{dump:?}");
        dump
    }

    async fn rows_of(&self, table: &str) -> Vec<String> {
        let is_sqlite = self.db.dialect() == Dialect::Sqlite;
        let columns = if is_sqlite {
            format!("SELECT name AS name FROM pragma_table_info('{table}')")
        } else {
            format!(
                "SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns WHERE table_name = '{table}'"
            )
        };
        let columns = self.texts(&columns, "name").await;
        let columns = columns
            .iter()
            .filter(|column| !BY_LOOKING.contains(&column.as_str()));
        let parts: Vec<String> = columns
            .map(|column| {
                if is_sqlite {
                    format!("'{column}=' || quote(\"{column}\")")
                } else {
                    format!("'{column}=' || COALESCE(CAST(\"{column}\" AS TEXT), 'NULL')")
                }
            })
            .collect();
        let sql = format!(
            "SELECT {} AS text FROM \"{table}\"",
            parts.join(" || ' ' || ")
        );
        let mut rows = self.texts(&sql, "text").await;
        rows.sort();
        rows
    }

    async fn texts(&self, sql: &str, name: &str) -> Vec<String> {
        let rows = self.db.all(sql, &[]).await;
        let rows = rows.unwrap_or_else(|fault| panic!("{sql}: {fault}"));
        rows.iter()
            .map(|row| row.get(name).expect("a text"))
            .collect()
    }
}
