//! The SQL of lists of entries: put together from fixed pieces, each of which a test prepares.

use uuid::Uuid;

use super::Entry;
use super::list::{Filter, Place};
use crate::clock::Timestamp;
use crate::db::{Result, Run, Value};
use crate::ids::{AccountId, EntryId};

/// A statement that grows with its parameters.
#[derive(Default)]
struct Statement {
    conditions: Vec<String>,
    params: Vec<Value>,
}

impl Statement {
    /// Adds a value and answers its placeholder.
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len())
    }

    /// Asks for `column` to compare so with the value, if there is one.
    fn compare(&mut self, comparison: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            let value = self.bind(value);
            self.conditions.push(format!("{comparison} {value}"));
        }
    }

    fn behind(&mut self, after: Option<Place>) {
        if let Some(place) = after {
            let (at, id) = (self.bind(place.at), self.bind(place.id));
            self.conditions.push(format!("(at, id) < ({at}, {id})"));
        }
    }

    fn clause(&self) -> String {
        if self.conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.conditions.join(" AND "))
        }
    }

    fn list(filter: &Filter, after: Option<Place>, limit: u32) -> (String, Vec<Value>) {
        let mut this = Self::default();
        this.compare("event =", filter.event.clone());
        this.compare("outcome =", filter.outcome.clone());
        this.compare("account_id =", filter.account);
        this.compare("actor_id =", filter.actor);
        this.compare("request_id =", filter.request.clone());
        this.compare("at >=", filter.from);
        this.compare("at <", filter.to);
        this.behind(after);
        let (columns, clause) = (Entry::COLUMNS, this.clause());
        let limit = this.bind(limit);
        let order = format!("ORDER BY at DESC, id DESC LIMIT {limit}");
        (
            format!("SELECT {columns} FROM audit_entries{clause} {order}"),
            this.params,
        )
    }

    /// Two walks along two indexes, each cut off at the limit: an OR would sort all that an account has ever done.
    fn list_of(account: AccountId, after: Option<Place>, limit: u32) -> (String, Vec<Value>) {
        let mut this = Self::default();
        let account = this.bind(account);
        this.behind(after);
        let behind = this.conditions.join("");
        let and = if behind.is_empty() { "" } else { " AND " };
        let limit = this.bind(limit);
        let order = format!("ORDER BY at DESC, id DESC LIMIT {limit}");
        let walk = |column: &str| {
            format!(
                "SELECT id FROM (SELECT id, at FROM audit_entries WHERE {column} = {account}{and}{behind} {order})"
            )
        };
        let (about, by) = (walk("account_id"), walk("actor_id"));
        let columns = Entry::COLUMNS;
        (
            format!(
                "SELECT {columns} FROM audit_entries WHERE id IN ({about} AS about UNION {by} AS done) {order}"
            ),
            this.params,
        )
    }
}

/// Entries that fit, newest first.
pub(super) async fn list(
    run: &impl Run,
    filter: &Filter,
    after: Option<Place>,
    limit: u32,
) -> Result<Vec<Entry>> {
    let (sql, params) = Statement::list(filter, after, limit);
    let rows = run.all(&sql, &params).await?;
    rows.iter().map(Entry::read).collect()
}

/// Entries about an account or by it, newest first.
pub(super) async fn list_of(
    run: &impl Run,
    account: AccountId,
    after: Option<Place>,
    limit: u32,
) -> Result<Vec<Entry>> {
    let (sql, params) = Statement::list_of(account, after, limit);
    let rows = run.all(&sql, &params).await?;
    rows.iter().map(Entry::read).collect()
}

/// Every shape that these statements can take, for the test that prepares them all.
pub(crate) fn assembled() -> Vec<String> {
    let (account, now) = (AccountId(Uuid::nil()), Timestamp(0));
    let full = Filter {
        event: Some("login".into()),
        outcome: Some("done".into()),
        account: Some(account),
        actor: Some(account),
        request: Some("r".into()),
        from: Some(now),
        to: Some(now),
    };
    let place = Place {
        at: now,
        id: EntryId(Uuid::nil()),
    };
    let mut statements = Vec::new();
    for after in [None, Some(place)] {
        for filter in [&full, &Filter::default()] {
            statements.push(Statement::list(filter, after, 1).0);
        }
        statements.push(Statement::list_of(account, after, 1).0);
    }
    statements
}
