//! Invite people whose accounts were imported: a mail with a link by which they choose a password.

use super::judge::Candidate;
use crate::accounts::Account;
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::recovery;

/// Who is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    /// Those who have no password here: they cannot log in otherwise.
    WithoutPassword,
    /// Everybody who is new.
    All,
}

/// Mails the link, and answers whether it did. Only to addresses that are verified: an address that nobody has proved may be
/// anybody's, and a million mails to strangers are the end of a mail server's good name. And not to who is locked out.
pub(super) async fn send(
    app: &App,
    tx: &Tx,
    (account, candidate): (&Account, &Candidate),
    invited: Option<Invited>,
) -> Result<bool> {
    let is_meant = match invited {
        None => false,
        Some(Invited::WithoutPassword) => !candidate.has_password,
        Some(Invited::All) => true,
    };
    if !is_meant || account.email_verified_at.is_none() || account.locked_at.is_some() {
        return Ok(false);
    }
    let to = (&candidate.email, candidate.row.email_key.as_str());
    recovery::welcome(app, tx, account, to).await?;
    Ok(true)
}
