//! Accounts by the million: put in by SQL, because only their number matters, and all with one password.
//!
//! Account 0 is an administrator. The others are people whose address is proved. Their ids are in the order of their
//! creation, as those that the server makes.

use gatepost::clock::{Clock, Timestamp};
use gatepost::db::{Db, Dialect, Run};
use gatepost::params;

use crate::Result;
use crate::limits::hash_of;

/// The password of everybody.
pub const PASSWORD: &str = "Secure*1234";
/// Who may see the list of people.
pub const ADMINISTRATOR: u64 = 0;
/// Accounts of one transaction.
const TOGETHER: u64 = 50_000;

/// The address of an account.
pub fn address_of(number: u64) -> String {
    format!("person{number}@example.com")
}

/// An id whose first 48 bits are the time, as those of the server (RFC 9562 section 5.7).
const SQLITE_ID: &str = "unhex(printf('%012x70008%015x', CAST($3 AS BIGINT) + i, i))";
const POSTGRES_ID: &str = "CAST(lpad(to_hex(CAST($3 AS BIGINT) + i), 12, '0') || '70008' || lpad(to_hex(i), 15, '0') AS UUID)";

/// Names that a list of people could have.
const INSERT: &str = "WITH RECURSIVE numbers (i) AS (
        SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < CAST($2 AS BIGINT))
    INSERT INTO accounts (id, email, email_key, nickname, nickname_key, first_name, last_name, role, is_professional,
        password_hash, email_verified_at, created_at, updated_at, name_key)
    SELECT {id}, 'person' || i || '@example.com', 'person' || i || '@example.com', 'person' || i, 'person' || i,
        'First' || (i % 997), 'Last' || (i % 4999), CASE WHEN i = 0 THEN 'ADMIN' ELSE 'AUTHENTICATED' END, FALSE,
        CAST($4 AS TEXT), CAST($3 AS BIGINT) + i, CAST($3 AS BIGINT) + i, CAST($3 AS BIGINT) + i,
        'first' || (i % 997) || ' last' || (i % 4999)
    FROM numbers";

const GUARD: &str = "INSERT INTO guards (name, touched_at) VALUES ('first_account', $1) ON CONFLICT (name) DO NOTHING";
const COUNT: &str = "UPDATE account_counts SET total = CASE WHEN shard = 0 THEN (SELECT COUNT(*) FROM accounts) ELSE 0 END";
const MOMENT: &str = "SELECT MIN(created_at) AS moment FROM accounts";

/// Fills a migrated database from `from` accounts up to `to`.
pub async fn fill(db: &Db, from: u64, to: u64) -> Result<()> {
    let hash = hash_of(PASSWORD)?;
    let begun = match db
        .one(MOMENT, &[])
        .await?
        .get::<Option<Timestamp>>("moment")?
    {
        Some(moment) => moment.0,
        // Made over the days before, a millisecond each.
        None => Clock::system().now().0 - 30 * 86_400_000,
    };
    let id = match db.dialect() {
        Dialect::Sqlite => SQLITE_ID,
        Dialect::Postgres => POSTGRES_ID,
    };
    let insert = INSERT.replace("{id}", id);
    db.execute(GUARD, params![begun]).await?;
    let mut first = from;
    while first < to {
        let end = to.min(first + TOGETHER);
        db.execute(&insert, params![first as i64, end as i64, begun, &hash])
            .await?;
        first = end;
    }
    // The server keeps its count of accounts with every change; what is put in from outside must be counted once.
    if db.prepare(COUNT).await.is_ok() {
        db.execute(COUNT, &[]).await?;
    }
    if db.dialect() == Dialect::Postgres {
        // What the server's own housekeeping (autovacuum) does soon after.
        db.execute("VACUUM ANALYZE accounts", &[]).await?;
    }
    Ok(())
}
