//! The SQL of professionals.

use crate::clock::Timestamp;
use crate::db::{Result, Run};
use crate::ids::AccountId;
use crate::{params, statements};

statements! {
    SET = "UPDATE accounts SET is_professional = $2, updated_at = $3 WHERE id = $1";
}

/// Writes the mark.
pub(super) async fn set(
    run: &impl Run,
    id: AccountId,
    is_professional: bool,
    now: Timestamp,
) -> Result<()> {
    run.execute(SET, params![id, is_professional, now])
        .await
        .map(drop)
}
