//! The SQL of lists: put together from fixed pieces, each of which a test prepares.

use std::fmt::Write;

use super::order::{Cursor, Sort};
use super::statement::Statement;
use super::total;
use crate::accounts::Account;
use crate::clock::Timestamp;
use crate::db::{Result, Run, Value, limit_in_steps};
use crate::roles::Role;

/// Which accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    pub q: Option<String>,
    pub role: Option<Role>,
    pub is_locked: Option<bool>,
    pub email_verified: Option<bool>,
    pub created_from: Option<Timestamp>,
    pub created_to: Option<Timestamp>,
    pub login_from: Option<Timestamp>,
    pub login_to: Option<Timestamp>,
    pub now: Timestamp,
}

impl Filter {
    /// Every account.
    pub fn all(now: Timestamp) -> Self {
        Self {
            q: None,
            role: None,
            is_locked: None,
            email_verified: None,
            created_from: None,
            created_to: None,
            login_from: None,
            login_to: None,
            now,
        }
    }

    fn is_all(&self) -> bool {
        *self == Self::all(self.now)
    }

    /// The accounts that do not fit, when only that is asked for which is true of nearly all: they are counted faster.
    fn others(&self) -> Option<Self> {
        let all = Self::all(self.now);
        let locked = Self {
            is_locked: Some(true),
            ..all.clone()
        };
        let unverified = Self {
            email_verified: Some(false),
            ..all
        };
        [locked, unverified]
            .into_iter()
            .find(|few| *self == few.negated())
    }

    /// The same with both answers the other way round.
    fn negated(&self) -> Self {
        Self {
            is_locked: self.is_locked.map(|flag| !flag),
            email_verified: self.email_verified.map(|flag| !flag),
            ..self.clone()
        }
    }
}

/// Which part of them.
#[derive(Debug, Clone)]
pub(super) struct Window {
    pub sort: Sort,
    pub after: Option<Cursor>,
    pub limit: i64,
    pub skip: i64,
}

impl Statement {
    fn of(filter: &Filter) -> Self {
        let mut this = Self::default();
        if let Some(q) = &filter.q {
            let escaped = q
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            let q = this.bind(format!("%{escaped}%"));
            let like = |column: &str| format!("{column} LIKE {q} ESCAPE '\\'");
            let places = [like("email_key"), like("nickname_key"), like("name_key")];
            this.condition(format!("({})", places.join(" OR ")));
        }
        if let Some(role) = filter.role {
            let role = this.bind(role);
            this.condition(format!("role = {role}"));
        }
        if let Some(is_locked) = filter.is_locked {
            let now = this.bind(filter.now);
            this.condition(if is_locked {
                // Two walks along indexes that hold these few alone.
                format!(
                    "id IN (SELECT id FROM accounts WHERE locked_at IS NOT NULL \
                     UNION SELECT id FROM accounts WHERE locked_until > {now})"
                )
            } else {
                format!("locked_at IS NULL AND COALESCE(locked_until, 0) <= {now}")
            });
        }
        if let Some(verified) = filter.email_verified {
            let not = if verified { "NOT " } else { "" };
            this.condition(format!("email_verified_at IS {not}NULL"));
        }
        // Whoever never has logged in did so long ago; the index has it like that.
        for (moment, comparison) in [
            (filter.created_from, "created_at >="),
            (filter.created_to, "created_at <"),
            (filter.login_from, "COALESCE(last_login_at, 0) >="),
            (filter.login_to, "COALESCE(last_login_at, 0) <"),
        ] {
            if let Some(moment) = moment {
                let moment = this.bind(moment);
                this.condition(format!("{comparison} {moment}"));
            }
        }
        this
    }

    fn count(self) -> (String, Vec<Value>) {
        (
            format!("SELECT COUNT(*) AS total FROM accounts{}", self.clause()),
            self.params,
        )
    }

    /// All accounts without those that fit: one statement, so that both are of the same moment.
    fn count_others(self) -> (String, Vec<Value>) {
        let sql = format!(
            "SELECT CAST(SUM(total) AS BIGINT) - (SELECT COUNT(*) FROM accounts{}) AS total FROM account_counts",
            self.clause()
        );
        (sql, self.params)
    }

    fn list(mut self, window: &Window, besides: &str) -> (String, Vec<Value>) {
        if let Some(cursor) = &window.after {
            self.behind(window.sort, cursor);
        }
        let (column, downwards) = window.sort.column();
        let way = if downwards { "DESC" } else { "ASC" };
        let (columns, limit) = (Account::COLUMNS, limit_in_steps(window.limit));
        let clause = self.clause();
        let mut sql = format!(
            "SELECT {columns}{besides} FROM accounts{clause} ORDER BY {column} {way}, id {way} LIMIT {limit}"
        );
        if window.skip > 0 {
            let _ = write!(sql, " OFFSET {}", self.bind(window.skip));
        }
        (sql, self.params)
    }
}

/// What a window holds.
pub(super) struct Part {
    /// How many accounts; more than the window's limit, if the statement had room for them.
    pub found: i64,
    /// The first of them, as many as are shown.
    pub shown: Vec<Account>,
    /// How many fit in all, where that number is kept and there is a row to read it with: one statement instead of two.
    pub total: Option<i64>,
}

/// The accounts of a window, of which so many are shown.
pub(super) async fn list(
    run: &impl Run,
    filter: &Filter,
    window: &Window,
    shown: usize,
) -> Result<Part> {
    let is_kept = filter.is_all();
    let besides = if is_kept { total::COLUMN } else { "" };
    let (sql, params) = Statement::of(filter).list(window, besides);
    let rows = run.first(&sql, &params, shown).await?;
    let first = rows.first.first().filter(|_| is_kept);
    let accounts = rows.first.iter().map(Account::read);
    Ok(Part {
        found: i64::try_from(rows.count).unwrap_or(i64::MAX),
        total: first.map(|row| row.get("kept_total")).transpose()?,
        shown: accounts.collect::<Result<_>>()?,
    })
}

/// How many accounts fit.
pub(super) async fn count(run: &impl Run, filter: &Filter) -> Result<i64> {
    if filter.is_all() {
        return total::get(run).await;
    }
    let (sql, params) = match filter.others() {
        Some(others) => Statement::of(&others).count_others(),
        None => Statement::of(filter).count(),
    };
    run.one(&sql, &params).await?.get("total")
}

/// Every shape that a list's statement can take, for the test that prepares them all.
pub(crate) fn every_list_statement() -> Vec<String> {
    let now = Timestamp(0);
    let full = Filter {
        q: Some("q".into()),
        role: Some(Role::Admin),
        is_locked: Some(true),
        email_verified: Some(true),
        created_from: Some(now),
        created_to: Some(now),
        login_from: Some(now),
        login_to: Some(now),
        now,
    };
    let none = Filter::all(now);
    let negated = Filter {
        is_locked: Some(false),
        email_verified: Some(false),
        ..none.clone()
    };
    let mut statements = Vec::new();
    for filter in [full, none, negated] {
        for sort in Sort::all() {
            let cursor = Cursor::sample(sort);
            for (after, skip) in [(None, 0), (None, 1), (Some(cursor), 0)] {
                let window = Window {
                    sort,
                    after,
                    limit: 1,
                    skip,
                };
                for besides in ["", total::COLUMN] {
                    statements.push(Statement::of(&filter).list(&window, besides).0);
                }
            }
        }
        statements.push(Statement::of(&filter).count().0);
        statements.push(Statement::of(&filter).count_others().0);
    }
    statements
}
