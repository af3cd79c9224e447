//! The SQL of signing in as somebody else.

use crate::db::{Result, Run};
use crate::ids::AccountId;
use crate::{params, statements};

statements! {
    IS_LEAVING = "SELECT id FROM accounts WHERE id = $1 AND delete_at IS NOT NULL";
}

/// Whether the account is about to be deleted.
pub(super) async fn is_leaving(run: &impl Run, id: AccountId) -> Result<bool> {
    Ok(run.optional(IS_LEAVING, params![id]).await?.is_some())
}
