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

    /// From when to when, and behind which place.
    fn within(&mut self, filter: &Filter, after: Option<Place>) {
        self.compare("at >=", filter.from);
        self.compare("at <", filter.to);
        if let Some(place) = after {
            let (at, id) = (self.bind(place.at), self.bind(place.id));
            self.conditions.push(format!("(at, id) < ({at}, {id})"));
        }
    }

    /// The conditions behind `first`, which may be empty.
    fn clause(&self, first: &str) -> String {
        let first = Some(first).filter(|first| !first.is_empty());
        let conditions = first
            .into_iter()
            .chain(self.conditions.iter().map(String::as_str));
        let conditions = conditions.collect::<Vec<_>>().join(" AND ");
        if conditions.is_empty() {
            conditions
        } else {
            format!(" WHERE {conditions}")
        }
    }

    /// Only the condition that fits the fewest stands in the statement: of two, a database that knows no figures about the table
    /// could follow the wrong one through a million entries.
    fn list(filter: &Filter, after: Option<Place>, limit: u32) -> (String, Vec<Value>) {
        let mut this = Self::default();
        match filter {
            Filter {
                request: Some(request),
                ..
            } => {
                this.compare("request_id =", Some(request.as_str()));
            }
            Filter {
                person: Some(person),
                ..
            } => {
                return Self::list_of(filter, (*person, after), limit);
            }
            Filter {
                account: Some(account),
                ..
            } => this.compare("account_id =", Some(*account)),
            Filter {
                actor: Some(actor), ..
            } => this.compare("actor_id =", Some(*actor)),
            filter => this.compare("event =", filter.event.as_deref()),
        }
        this.within(filter, after);
        let (columns, clause) = (Entry::COLUMNS, this.clause(""));
        let order = format!("ORDER BY at DESC, id DESC LIMIT {limit}");
        (
            format!("SELECT {columns} FROM audit_entries{clause} {order}"),
            this.params,
        )
    }

    /// Whether there are so many of that kind at that time: answered by the index alone, along as much of it.
    fn probe(filter: &Filter, after: Option<Place>, many: u32) -> (String, Vec<Value>) {
        let mut this = Self::default();
        this.compare("event =", filter.event.as_deref());
        this.within(filter, None);
        this.compare("at <=", after.map(|place| place.at));
        let clause = this.clause("");
        let order = format!("ORDER BY at DESC LIMIT 1 OFFSET {many}");
        (
            format!("SELECT at FROM audit_entries{clause} {order}"),
            this.params,
        )
    }

    /// Two walks along two indexes, each cut off at the limit: an OR would sort all that an account has ever done.
    fn list_of(
        filter: &Filter,
        (person, after): (AccountId, Option<Place>),
        limit: u32,
    ) -> (String, Vec<Value>) {
        let mut this = Self::default();
        let person = this.bind(person);
        this.within(filter, after);
        let order = format!("ORDER BY at DESC, id DESC LIMIT {limit}");
        let walk = |column: &str| {
            let clause = this.clause(&format!("{column} = {person}"));
            format!("SELECT id FROM (SELECT id, at FROM audit_entries{clause} {order})")
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

/// The newest of those entries among which are all that fit: one condition and the time are asked, not the others.
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

/// Whether there are more than so many entries of the kind and at the time that the filter asks for, whoever they are about.
pub(super) async fn are_more(
    run: &impl Run,
    filter: &Filter,
    after: Option<Place>,
    many: u32,
) -> Result<bool> {
    let (sql, params) = Statement::probe(filter, after, many);
    Ok(run.optional(&sql, &params).await?.is_some())
}

/// Every shape that these statements can take, for the test that prepares them all.
pub(crate) fn assembled() -> Vec<String> {
    let (account, now) = (Some(AccountId(Uuid::nil())), Timestamp(0));
    let when = Filter {
        from: Some(now),
        to: Some(now),
        ..Filter::default()
    };
    let (request, event) = (Some("r".to_owned()), Some("login".to_owned()));
    let filters = [
        Filter::default(),
        when.clone(),
        Filter {
            request,
            ..when.clone()
        },
        Filter {
            event,
            ..when.clone()
        },
        Filter {
            account,
            ..when.clone()
        },
        Filter {
            actor: account,
            ..when.clone()
        },
        Filter {
            person: account,
            ..when
        },
        Filter {
            person: account,
            ..Filter::default()
        },
    ];
    let place = Place {
        at: now,
        id: EntryId(Uuid::nil()),
    };
    let mut statements = Vec::new();
    for after in [None, Some(place)] {
        for filter in &filters {
            statements.push(Statement::list(filter, after, 1).0);
        }
        for filter in filters.iter().filter(|filter| filter.event.is_some()) {
            statements.push(Statement::probe(filter, after, 1).0);
        }
    }
    statements
}
