//! The SQL of notes.

use crate::clock::Timestamp;
use crate::db::{Result, Row, Run};
use crate::ids::{AccountId, NoteId};
use crate::{params, statements};

statements! {
    INSERT = "INSERT INTO account_notes (id, account_id, author_id, text, created_at) VALUES ($1, $2, $3, $4, $5)";
    LIST = "SELECT n.id, n.author_id, a.nickname AS author, n.text, n.created_at FROM account_notes n
        LEFT JOIN accounts a ON a.id = n.author_id WHERE n.account_id = $1
        ORDER BY n.created_at DESC, n.id DESC LIMIT $2";
    COUNT = "SELECT COUNT(*) AS count FROM account_notes WHERE account_id = $1";
    DELETE = "DELETE FROM account_notes WHERE id = $1 AND account_id = $2";
}

/// A note as the database keeps it.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: NoteId,
    pub author_id: Option<AccountId>,
    pub author: Option<String>,
    pub text: String,
    pub created_at: Timestamp,
}

impl Kept {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            author_id: row.get("author_id")?,
            author: row.get("author")?,
            text: row.get("text")?,
            created_at: row.get("created_at")?,
        })
    }
}

/// Inserts a note about an account.
pub(super) async fn insert(run: &impl Run, account: AccountId, note: &Kept) -> Result<()> {
    run.execute(
        INSERT,
        params![
            note.id,
            account,
            note.author_id,
            &note.text,
            note.created_at
        ],
    )
    .await
    .map(drop)
}

/// The newest notes about an account.
pub(super) async fn list(run: &impl Run, account: AccountId, limit: u32) -> Result<Vec<Kept>> {
    let rows = run.all(LIST, params![account, limit]).await?;
    rows.iter().map(Kept::read).collect()
}

/// How many notes there are about an account.
pub(super) async fn count(run: &impl Run, account: AccountId) -> Result<i64> {
    run.one(COUNT, params![account]).await?.get("count")
}

/// Deletes a note about an account, and answers whether there was one.
pub(super) async fn delete(run: &impl Run, account: AccountId, id: NoteId) -> Result<bool> {
    Ok(run.execute(DELETE, params![id, account]).await? == 1)
}
