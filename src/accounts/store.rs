//! The SQL of accounts.

pub mod bulk;

use std::sync::LazyLock;

use super::list::total;
use super::{Account, Credentials};
use crate::clock::Timestamp;
use crate::db::{Result, Run, Tx};
use crate::error::Error;
use crate::ids::AccountId;
use crate::unicode;
use crate::{params, statements};

statements! {
    INSERT = "INSERT INTO accounts (id, email, email_key, nickname, nickname_key, first_name, last_name, bio,
        profile_picture_url, linkedin_profile_url, github_profile_url, role, pending_role, is_professional,
        password_hash, email_verified_at, created_at, updated_at, name_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, $18)";
    UPDATE = "UPDATE accounts SET nickname = $2, nickname_key = $3, first_name = $4, last_name = $5, bio = $6,
        profile_picture_url = $7, linkedin_profile_url = $8, github_profile_url = $9, role = $10, pending_role = $11,
        name_key = $12, updated_at = $13 WHERE id = $1";
    SET_LOCKED = "UPDATE accounts SET locked_at = $2, updated_at = $3 WHERE id = $1";
    SET_PASSWORD = "UPDATE accounts SET password_hash = $2, hash_kind = NULL, updated_at = $3 WHERE id = $1";
    REPLACE_HASH = "UPDATE accounts SET password_hash = $3, hash_kind = NULL WHERE id = $1 AND password_hash = $2";
    DELETE = "DELETE FROM accounts WHERE id = $1";
    DELETE_INVITATIONS = "DELETE FROM invitations WHERE account_id = $1 OR email_key = $2";
    FIND_BY_EMAIL = "SELECT id FROM accounts WHERE email_key = $1";
    FIND_EMAIL_TAKER = "SELECT id FROM accounts WHERE email_key = $1
        UNION ALL SELECT account_id AS id FROM email_undos WHERE email_key = $1 AND expires_at > $2 LIMIT 1";
    FIND_BY_NICKNAME = "SELECT id FROM accounts WHERE nickname_key = $1";
    FIND_NICKNAME_TAKER = "SELECT id FROM accounts WHERE nickname_key = $1
        UNION ALL SELECT account_id AS id FROM nickname_reservations WHERE nickname_key = $1 LIMIT 1";
    FIND_PASSWORD = "SELECT password_hash FROM accounts WHERE id = $1";
    ANY = "SELECT id FROM accounts LIMIT 1";
    ANOTHER_ADMIN = "SELECT id FROM accounts WHERE role = 'ADMIN' AND locked_at IS NULL AND delete_at IS NULL
        AND id <> $1 LIMIT 1";
    FIRST_ACCOUNT = "INSERT INTO guards (name, touched_at) VALUES ('first_account', $1) ON CONFLICT (name) DO NOTHING";
    FIND_FIRST = "SELECT name FROM guards WHERE name = 'first_account'";
    GUARD_ADMINS = "INSERT INTO guards (name, touched_at) VALUES ('administrators', $1)
        ON CONFLICT (name) DO UPDATE SET touched_at = $1";
}

static FIND: LazyLock<String> = LazyLock::new(|| select("id = $1"));
/// A change of nothing, which makes everybody else who wants to change the account wait for the commit.
static FIND_HELD: LazyLock<String> = LazyLock::new(|| {
    let columns = Account::COLUMNS;
    format!("UPDATE accounts SET updated_at = updated_at WHERE id = $1 RETURNING {columns}")
});
static ENTER: LazyLock<String> = LazyLock::new(|| {
    let columns = Account::COLUMNS;
    format!(
        "UPDATE accounts SET last_login_at = $3 WHERE id = $1 AND password_hash = $2 RETURNING delete_at, {columns}"
    )
});
static FIND_CREDENTIALS: LazyLock<String> =
    LazyLock::new(|| select("email_key = $1").replacen("SELECT ", "SELECT password_hash, ", 1));

fn select(condition: &str) -> String {
    format!(
        "SELECT {} FROM accounts WHERE {condition}",
        Account::COLUMNS
    )
}

/// The statements that are put together from the list of columns.
pub(crate) fn assembled() -> Vec<String> {
    [&FIND, &FIND_HELD, &ENTER, &FIND_CREDENTIALS]
        .map(|sql| String::clone(sql))
        .to_vec()
}

/// The account, if there is one.
pub async fn find(run: &impl Run, id: AccountId) -> Result<Option<Account>> {
    run.optional(&FIND, params![id])
        .await?
        .as_ref()
        .map(Account::read)
        .transpose()
}

/// The account, or the error that names it.
pub async fn get(run: &impl Run, id: AccountId) -> Result<Account, Error> {
    find(run, id).await?.ok_or(Error::NoSuchAccount(id))
}

/// The account, if there is one; nobody else changes it until the commit.
///
/// What is written afterwards rests on what was read here: of two changes at once neither undoes the other.
pub async fn find_held(tx: &Tx, id: AccountId) -> Result<Option<Account>> {
    tx.optional(&FIND_HELD, params![id])
        .await?
        .as_ref()
        .map(Account::read)
        .transpose()
}

/// The same, or the error that names it.
pub async fn get_held(tx: &Tx, id: AccountId) -> Result<Account, Error> {
    find_held(tx, id).await?.ok_or(Error::NoSuchAccount(id))
}

/// An account that somebody logs in to.
#[derive(Debug)]
pub struct Entered {
    /// As [`find_held`] answers it, with the moment of the log-in.
    pub account: Account,
    /// Whether it is going to be deleted.
    pub is_leaving: bool,
}

/// Notes the moment of a log-in; `None` when the account's password hash is another one by now.
pub async fn enter(
    tx: &Tx,
    (id, password_hash): (AccountId, &str),
    now: Timestamp,
) -> Result<Option<Entered>> {
    let row = tx.optional(&ENTER, params![id, password_hash, now]).await?;
    row.map(|row| {
        let delete_at: Option<Timestamp> = row.get("delete_at")?;
        Ok(Entered {
            account: Account::read(&row)?,
            is_leaving: delete_at.is_some(),
        })
    })
    .transpose()
}

/// What a login with this address compares.
pub async fn find_credentials(run: &impl Run, email_key: &str) -> Result<Option<Credentials>> {
    let Some(row) = run.optional(&FIND_CREDENTIALS, params![email_key]).await? else {
        return Ok(None);
    };
    Ok(Some(Credentials {
        account: Account::read(&row)?,
        password_hash: row.get("password_hash")?,
    }))
}

/// The account's stored password hash.
pub async fn find_password(run: &impl Run, id: AccountId) -> Result<Option<String>> {
    run.optional(FIND_PASSWORD, params![id])
        .await?
        .map(|row| row.get("password_hash"))
        .transpose()
}

/// Who has the address.
pub async fn find_by_email(run: &impl Run, email_key: &str) -> Result<Option<AccountId>> {
    run.optional(FIND_BY_EMAIL, params![email_key])
        .await?
        .map(|row| row.get("id"))
        .transpose()
}

/// Who has the address, or had it and can have it again: nobody else can take it.
pub async fn find_email_taker(
    run: &impl Run,
    email_key: &str,
    now: Timestamp,
) -> Result<Option<AccountId>> {
    run.optional(FIND_EMAIL_TAKER, params![email_key, now])
        .await?
        .map(|row| row.get("id"))
        .transpose()
}

/// Who has the nickname.
pub async fn find_by_nickname(run: &impl Run, nickname_key: &str) -> Result<Option<AccountId>> {
    run.optional(FIND_BY_NICKNAME, params![nickname_key])
        .await?
        .map(|row| row.get("id"))
        .transpose()
}

/// Who has the nickname, or for whom it is kept: nobody else can take it. With hidden accounts it is kept for the owner of an
/// address when a stranger has chosen it who registered that address.
pub async fn find_nickname_taker(run: &impl Run, nickname_key: &str) -> Result<Option<AccountId>> {
    run.optional(FIND_NICKNAME_TAKER, params![nickname_key])
        .await?
        .map(|row| row.get("id"))
        .transpose()
}

/// Inserts a new account with its keys.
pub(super) async fn insert(
    run: &impl Run,
    account: &Account,
    email_key: &str,
    password_hash: &str,
) -> Result<()> {
    let a = account;
    let nickname_key = unicode::fold(&a.nickname);
    run.execute(
        INSERT,
        params![
            a.id,
            &a.email,
            email_key,
            &a.nickname,
            nickname_key,
            a.first_name.clone(),
            a.last_name.clone(),
            a.bio.clone(),
            a.profile_picture_url.clone(),
            a.linkedin_profile_url.clone(),
            a.github_profile_url.clone(),
            a.role,
            a.pending_role,
            a.is_professional,
            password_hash,
            a.email_verified_at,
            a.created_at,
            name_key(a)
        ],
    )
    .await?;
    total::add(run, a.id, 1).await
}

/// Writes everything that an update can change.
pub async fn update(run: &impl Run, account: &Account) -> Result<()> {
    let a = account;
    let nickname_key = unicode::fold(&a.nickname);
    run.execute(
        UPDATE,
        params![
            a.id,
            &a.nickname,
            nickname_key,
            a.first_name.clone(),
            a.last_name.clone(),
            a.bio.clone(),
            a.profile_picture_url.clone(),
            a.linkedin_profile_url.clone(),
            a.github_profile_url.clone(),
            a.role,
            a.pending_role,
            name_key(a),
            a.updated_at
        ],
    )
    .await
    .map(drop)
}

/// The names as a search finds them.
fn name_key(account: &Account) -> String {
    let names = [&account.first_name, &account.last_name];
    let names: Vec<&str> = names.into_iter().filter_map(Option::as_deref).collect();
    unicode::fold(&names.join(" "))
}

/// Locks the account, or with `None` lifts the lock.
pub(super) async fn set_locked_at(
    run: &impl Run,
    id: AccountId,
    at: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    run.execute(SET_LOCKED, params![id, at, now])
        .await
        .map(drop)
}

/// Writes the hash of a new password.
pub async fn set_password(run: &impl Run, id: AccountId, hash: &str, now: Timestamp) -> Result<()> {
    run.execute(SET_PASSWORD, params![id, hash, now])
        .await
        .map(drop)
}

/// Replaces an outdated hash of the same password, unless the password was changed in between.
pub async fn set_rehashed(run: &impl Run, id: AccountId, (old, new): (&str, &str)) -> Result<()> {
    run.execute(REPLACE_HASH, params![id, old, new])
        .await
        .map(drop)
}

/// Deletes the account and, by its foreign keys, all that belongs to it.
pub(super) async fn delete(run: &impl Run, id: AccountId) -> Result<()> {
    let deleted = run.execute(DELETE, params![id]).await?;
    total::add(run, id, -i64::from(deleted == 1)).await
}

/// Deletes the invitation that the account came of, and others to its address.
pub(super) async fn delete_invitations(
    run: &impl Run,
    id: AccountId,
    email_key: &str,
) -> Result<()> {
    run.execute(DELETE_INVITATIONS, params![id, email_key])
        .await
        .map(drop)
}

/// Whether this transaction makes the first account ever. Of two at once one gets `true`.
pub async fn is_first(run: &impl Run, now: Timestamp) -> Result<bool> {
    let was_first = run.execute(FIRST_ACCOUNT, params![now]).await? == 1;
    Ok(was_first && is_empty(run).await?)
}

async fn is_empty(run: &impl Run) -> Result<bool> {
    Ok(run.optional(ANY, &[]).await?.is_none())
}

/// Whether there never was an account.
pub async fn awaits_first(run: &impl Run) -> Result<bool> {
    Ok(run.optional(FIND_FIRST, &[]).await?.is_none() && is_empty(run).await?)
}

/// Whether the server would still have an administrator without `id`. Holds off others who ask, until the commit.
pub(super) async fn has_admin_besides(
    run: &impl Run,
    id: AccountId,
    now: Timestamp,
) -> Result<bool> {
    run.execute(GUARD_ADMINS, params![now]).await?;
    Ok(run.optional(ANOTHER_ADMIN, params![id]).await?.is_some())
}

/// Whether there is any administrator who can log in.
pub async fn has_admin(run: &impl Run) -> Result<bool> {
    Ok(run
        .optional(ANOTHER_ADMIN, params![AccountId(uuid::Uuid::nil())])
        .await?
        .is_some())
}
