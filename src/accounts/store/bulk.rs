//! The SQL of many accounts at once: what an import asks and inserts, and what an export reads.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::LazyLock;

use super::name_key;
use crate::accounts::Account;
use crate::accounts::list::total;
use crate::clock::Timestamp;
use crate::db::{Db, Dialect, Result, Row, Run, Tx, Value};
use crate::ids::AccountId;
use crate::unicode;

/// How many are named in one statement: a round trip to PostgreSQL costs more than what it asks for.
const SIZES: [usize; 3] = [100, 10, 1];

/// Rows that one statement inserts. SQLite is asked in place, and binds each of many parameters more slowly.
const fn rows_at_once(dialect: Dialect) -> &'static [usize] {
    match dialect {
        Dialect::Sqlite => &[1],
        Dialect::Postgres => &SIZES,
    }
}

const COLUMNS: [&str; 22] = [
    "id",
    "email",
    "email_key",
    "nickname",
    "nickname_key",
    "first_name",
    "last_name",
    "bio",
    "profile_picture_url",
    "linkedin_profile_url",
    "github_profile_url",
    "role",
    "pending_role",
    "is_professional",
    "password_hash",
    "hash_kind",
    "email_verified_at",
    "locked_at",
    "created_at",
    "updated_at",
    "last_login_at",
    "name_key",
];

/// An account with what stands beside it in its row.
#[derive(Debug, Clone)]
pub struct NewRow {
    /// The account.
    pub account: Account,
    /// What its address is told apart by.
    pub email_key: String,
    /// The hash of its password, or what stands for none.
    pub password_hash: String,
    /// What comparing with it costs, when that is not what our own hashes cost.
    pub hash_kind: Option<String>,
}

const ANALYZE: &str = "ANALYZE accounts";

/// The statements, one for each number of rows or names.
static INSERT: LazyLock<[String; 3]> = LazyLock::new(|| SIZES.map(insert_sql));
static EMAILS: LazyLock<[String; 3]> = LazyLock::new(|| {
    SIZES.map(|size| {
        let names = places(1, size);
        format!(
            "SELECT email_key AS name, id FROM accounts WHERE email_key IN ({names})
            UNION ALL SELECT email_key AS name, account_id AS id FROM email_undos WHERE email_key IN ({names})"
        )
    })
});
static NICKNAMES: LazyLock<[String; 3]> = LazyLock::new(|| {
    SIZES.map(|size| {
        let names = places(1, size);
        format!(
            "SELECT nickname_key AS name, id FROM accounts WHERE nickname_key IN ({names})
            UNION ALL SELECT nickname_key AS name, account_id AS id FROM nickname_reservations WHERE nickname_key IN ({names})"
        )
    })
});
static PAGE: LazyLock<String> = LazyLock::new(|| {
    let columns = Account::COLUMNS;
    format!(
        "SELECT {columns}, password_hash FROM accounts WHERE (created_at, id) > ($1, $2)
        ORDER BY created_at, id LIMIT $3"
    )
});

/// The statements of this file.
pub(crate) fn every_bulk_statement() -> Vec<String> {
    let lists = [&*INSERT, &*EMAILS, &*NICKNAMES];
    let texts = lists.into_iter().flatten().cloned();
    texts.chain([PAGE.clone(), ANALYZE.to_owned()]).collect()
}

/// Has PostgreSQL count the rows again. Its plans are for as many as there were at the last time: for a few it reads the whole
/// table to find a hundred names, and goes on to do so when there are a hundred thousand. Left alone it looks once a minute.
pub async fn renew_plans(db: &Db) -> Result<()> {
    match db.dialect() {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => db.execute(ANALYZE, &[]).await.map(drop),
    }
}

/// `$1, $2, …`
fn places(from: usize, count: usize) -> String {
    let mut text = String::new();
    for number in from..from + count {
        let comma = if number == from { "" } else { ", " };
        // Writing into a string does not fail.
        let _ = write!(text, "{comma}${number}");
    }
    text
}

fn insert_sql(rows: usize) -> String {
    let width = COLUMNS.len();
    let columns = COLUMNS.join(", ");
    let rows = (0..rows).map(|row| format!("({})", places(row * width + 1, width)));
    let rows = rows.collect::<Vec<_>>().join(", ");
    format!("INSERT INTO accounts ({columns}) VALUES {rows} ON CONFLICT DO NOTHING RETURNING id")
}

/// Inserts the accounts and answers whose rows are there now. One whose address, nickname or id is taken is left out.
pub async fn insert_all(tx: &Tx, rows: &[NewRow]) -> Result<Vec<AccountId>> {
    let mut inserted = Vec::with_capacity(rows.len());
    for part in parts(rows, rows_at_once(tx.dialect())) {
        let Some(sql) = statement(&INSERT, part.len()) else {
            continue;
        };
        let params: Vec<Value> = part.iter().flat_map(values).collect();
        for row in tx.all(sql, &params).await? {
            inserted.push(row.get("id")?);
        }
    }
    if let Some(first) = inserted.first() {
        let count = i64::try_from(inserted.len()).unwrap_or(i64::MAX);
        total::add(tx, *first, count).await?;
    }
    Ok(inserted)
}

fn values(row: &NewRow) -> [Value; COLUMNS.len()] {
    let a = &row.account;
    [
        a.id.into(),
        (&a.email).into(),
        (&row.email_key).into(),
        (&a.nickname).into(),
        unicode::fold(&a.nickname).into(),
        a.first_name.clone().into(),
        a.last_name.clone().into(),
        a.bio.clone().into(),
        a.profile_picture_url.clone().into(),
        a.linkedin_profile_url.clone().into(),
        a.github_profile_url.clone().into(),
        a.role.into(),
        a.pending_role.into(),
        a.is_professional.into(),
        (&row.password_hash).into(),
        row.hash_kind.clone().into(),
        a.email_verified_at.into(),
        a.locked_at.into(),
        a.created_at.into(),
        a.updated_at.into(),
        a.last_login_at.into(),
        name_key(a).into(),
    ]
}

/// Which of the addresses are taken, or kept for somebody who had them, and by whom.
pub async fn list_email_takers(
    run: &impl Run,
    keys: &[String],
) -> Result<HashMap<String, AccountId>> {
    takers(run, &EMAILS, keys).await
}

/// Which of the nicknames are taken, or kept for somebody, and by whom.
pub async fn list_nickname_takers(
    run: &impl Run,
    keys: &[String],
) -> Result<HashMap<String, AccountId>> {
    takers(run, &NICKNAMES, keys).await
}

async fn takers(
    run: &impl Run,
    texts: &[String; 3],
    keys: &[String],
) -> Result<HashMap<String, AccountId>> {
    let mut found = HashMap::new();
    for part in parts(keys, &SIZES) {
        let Some(sql) = statement(texts, part.len()) else {
            continue;
        };
        let params: Vec<Value> = part.iter().map(Value::from).collect();
        for row in run.all(sql, &params).await? {
            found.insert(row.get("name")?, row.get("id")?);
        }
    }
    Ok(found)
}

fn statement(texts: &[String; 3], size: usize) -> Option<&str> {
    let place = SIZES.iter().position(|known| *known == size)?;
    texts.get(place).map(String::as_str)
}

/// `items` in pieces of the sizes that there are statements for.
fn parts<'a, T>(mut items: &'a [T], sizes: &[usize]) -> Vec<&'a [T]> {
    let mut parts = Vec::new();
    while let Some(size) = sizes
        .iter()
        .find(|size| **size <= items.len() && !items.is_empty())
    {
        let Some((part, rest)) = items.split_at_checked(*size) else {
            break;
        };
        parts.push(part);
        items = rest;
    }
    parts
}

/// Up to `limit` accounts behind the place, the oldest first, each with the hash of its password.
pub async fn list_behind(
    run: &impl Run,
    (created_at, id): (Timestamp, AccountId),
    limit: u32,
) -> Result<Vec<(Account, String)>> {
    let rows = run
        .all(&PAGE, crate::params![created_at, id, limit])
        .await?;
    let read = |row: &Row| Ok((Account::read(row)?, row.get("password_hash")?));
    rows.iter().map(read).collect()
}
