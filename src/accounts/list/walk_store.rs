//! The SQL by which people are found among any number: it looks at so many accounts and no more, whatever is asked for.
//!
//! What an index answers alone stands in the inner statement, which is cut off at a number of rows; the rest is looked for among
//! those. A search is for the beginning of an address or of a name, which is a range of an index.

use super::order::{By, Sort};
use super::statement::Statement;
use super::walk::Find;
use crate::accounts::Account;
use crate::clock::Timestamp;
use crate::db::{Dialect, Reader, Result, Run, Value};
use crate::roles::Role;
use crate::unicode;

/// Accounts that are looked at for one page.
const WINDOW: i64 = 2_000;

/// Accounts that are taken from each index for a search.
pub(super) const MATCHES: i64 = 500;

/// Where a search looks: each is indexed for comparison byte by byte.
fn searched(dialect: Dialect) -> [&'static str; 4] {
    match dialect {
        Dialect::Sqlite => [
            "email_key",
            "nickname_key",
            "name_key",
            "SUBSTR(name_key, INSTR(name_key, ' ') + 1)",
        ],
        Dialect::Postgres => [
            "email_key COLLATE \"C\"",
            "nickname_key COLLATE \"C\"",
            "name_key COLLATE \"C\"",
            "SUBSTR(name_key, STRPOS(name_key, ' ') + 1) COLLATE \"C\"",
        ],
    }
}

/// The accounts of each index whose text begins with `q`.
fn matches(statement: &mut Statement, dialect: Dialect, q: &str) -> Vec<String> {
    let first = statement.bind(q);
    // Behind everything that begins with it.
    let end = statement.bind(format!("{q}{}", char::MAX));
    let places = searched(dialect).into_iter();
    let range = |place: &str| {
        format!("{place} >= {first} AND {place} < {end} ORDER BY {place} LIMIT {MATCHES}")
    };
    places
        .map(|place| format!("SELECT id FROM accounts WHERE {}", range(place)))
        .collect()
}

/// A statement, and what is looked for among its rows.
struct Plan {
    inner: Statement,
    outer: Vec<String>,
    sort: Sort,
}

impl Plan {
    fn of(find: &Find, dialect: Dialect) -> Self {
        let sort = find.sort();
        let mut this = Self {
            inner: Statement::default(),
            outer: Vec::new(),
            sort,
        };
        if let Some(cursor) = find.cursor() {
            this.inner.behind(sort, &cursor);
        }
        let q = find.q.as_deref().map(unicode::fold);
        let is_search = q.as_ref().is_some_and(|q| !q.is_empty());
        if let Some(q) = q.filter(|q| !q.is_empty()) {
            let parts = matches(&mut this.inner, dialect, &q)
                .into_iter()
                .enumerate();
            let parts: Vec<String> = parts
                .map(|(place, part)| format!("SELECT id FROM ({part}) AS found_{place}"))
                .collect();
            let within = format!("id IN ({})", parts.join(" UNION "));
            this.inner.condition(within);
        }
        // One of these has an index in this order, which finds its rows alone.
        let mut is_narrow = is_search || sort.by != By::Creation;
        for (condition, has_index) in wanted(find) {
            if is_search || (has_index && !is_narrow) {
                this.inner.condition(condition);
                is_narrow = true;
            } else {
                this.outer.push(condition);
            }
        }
        this.add_ranges(find, is_search);
        this
    }

    /// Ranges of time: of the order's own column they are where the walk begins and ends.
    fn add_ranges(&mut self, find: &Find, is_search: bool) {
        let ranges = [
            (By::Creation, ">=", find.created_from),
            (By::Creation, "<", find.created_to),
            (By::LastLogin, ">=", find.login_from),
            (By::LastLogin, "<", find.login_to),
        ];
        for (by, comparison, moment) in ranges {
            let Some(Timestamp(millis)) = moment else {
                continue;
            };
            let condition = format!("{} {comparison} {millis}", by.column());
            if is_search || self.sort.by == by {
                self.inner.condition(condition);
            } else {
                self.outer.push(condition);
            }
        }
    }

    fn order(&self) -> String {
        let (column, way) = (
            self.sort.by.column(),
            if self.sort.downwards { "DESC" } else { "ASC" },
        );
        format!("ORDER BY {column} {way}, id {way}")
    }

    /// The accounts that fit, among those that are looked at.
    fn list(self, limit: i64) -> (String, Vec<Value>) {
        let (columns, order) = (Account::COLUMNS, self.order());
        let within = self.inner.clause();
        let sql = if self.outer.is_empty() {
            format!("SELECT {columns} FROM accounts{within} {order} LIMIT {limit}")
        } else {
            let outer = self.outer.join(" AND ");
            format!(
                "SELECT {columns} FROM (SELECT {columns}, email_key, nickname_key FROM accounts{within} {order} \
                 LIMIT {WINDOW}) AS part WHERE {outer} {order} LIMIT {limit}"
            )
        };
        (sql, self.inner.params)
    }

    /// Whether everything that the index finds fits: then a page that is not full is the last one.
    fn is_whole(&self) -> bool {
        self.outer.is_empty()
    }

    /// The last account that is looked at, if there may be others behind it.
    fn end(self) -> (String, Vec<Value>) {
        let (columns, order, within) = (Account::COLUMNS, self.order(), self.inner.clause());
        let last = WINDOW - 1;
        (
            format!("SELECT {columns} FROM accounts{within} {order} LIMIT 1 OFFSET {last}"),
            self.inner.params,
        )
    }
}

/// What the filters ask for, and whether an index in the order of creation has just that.
fn wanted(find: &Find) -> Vec<(String, bool)> {
    let mut wanted = Vec::new();
    if let Some(is_locked) = find.is_locked {
        let not = if is_locked { "NOT " } else { "" };
        wanted.push((format!("locked_at IS {not}NULL"), is_locked));
    }
    if let Some(is_verified) = find.email_verified {
        let not = if is_verified { "NOT " } else { "" };
        wanted.push((format!("email_verified_at IS {not}NULL"), !is_verified));
    }
    if let Some(role) = find.role {
        let role = role.name();
        // One of four words of ours, and no parameter: it may stand in the inner statement or outside.
        wanted.push((format!("role = '{role}'"), true));
    }
    wanted
}

/// The accounts that fit, among those that are looked at. The limit stands in the text ([`crate::db::limit_in_steps`] says why): a
/// page's, which is always the same.
pub(super) async fn list(run: &Reader, find: &Find, limit: i64) -> Result<Vec<Account>> {
    let (sql, params) = Plan::of(find, run.dialect()).list(limit);
    let rows = run.all(&sql, &params).await?;
    rows.iter().map(Account::read).collect()
}

/// The last account that was looked at, if there may be others behind it.
pub(super) async fn find_end(run: &Reader, find: &Find) -> Result<Option<Account>> {
    let plan = Plan::of(find, run.dialect());
    if plan.is_whole() {
        return Ok(None);
    }
    let (sql, params) = plan.end();
    let rows = run.all(&sql, &params).await?;
    rows.first().map(Account::read).transpose()
}

fn most(dialect: Dialect, q: &str) -> (String, Vec<Value>) {
    let mut statement = Statement::default();
    let parts = matches(&mut statement, dialect, q).into_iter().enumerate();
    let parts: Vec<String> = parts
        .map(|(place, part)| format!("SELECT COUNT(*) AS count FROM ({part}) AS found_{place}"))
        .collect();
    let counts = parts.join(" UNION ALL ");
    (
        format!("SELECT MAX(count) AS most FROM ({counts}) AS counts"),
        statement.params,
    )
}

/// Whether more begin with `q` than a search takes.
pub(super) async fn is_cut(run: &Reader, q: &str) -> Result<bool> {
    let (sql, params) = most(run.dialect(), q);
    Ok(run.one(&sql, &params).await?.get::<i64>("most")? >= MATCHES)
}

/// Every shape that these statements can take, for the test that prepares them all.
pub(crate) fn every_walk_statement(dialect: Dialect) -> Vec<String> {
    let now = Some(Timestamp(0));
    let none = Find::default();
    let full = Find {
        q: Some("q".into()),
        role: Some(Role::Admin),
        is_locked: Some(true),
        email_verified: Some(false),
        created_from: now,
        created_to: now,
        login_from: now,
        login_to: now,
        ..Find::default()
    };
    let unsearched = Find {
        q: None,
        ..full.clone()
    };
    let mut statements = vec![most(dialect, "q").0];
    for find in [none, full, unsearched] {
        for sort in Sort::all() {
            let find = Find {
                sort: sort.to_string(),
                ..find.clone()
            };
            statements.push(Plan::of(&find, dialect).list(1).0);
            statements.push(Plan::of(&find, dialect).end().0);
        }
    }
    statements
}
