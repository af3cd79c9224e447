//! Update an account that is there already by what a row of an import says of it.

use super::judge::Candidate;
use crate::accounts::{Account, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{self, Run, Tx};
use crate::error::Result;
use crate::ids::AccountId;
use crate::sessions::{self, Ending};
use crate::{params, statements};

statements! {
    SET_IMPORTED_PASSWORD = "UPDATE accounts SET password_hash = $2, hash_kind = $3, updated_at = $4 WHERE id = $1";
}

/// What is overwritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// Names, text and addresses of profiles that the row has.
    Profile,
    /// These and the password: whoever was logged in is not any more.
    All,
}

/// Writes what differs, and answers whether anything did. Role, lock and verification stay: they are decided here.
pub(super) async fn apply(
    app: &App,
    tx: &Tx,
    (id, candidate): (AccountId, &Candidate),
    update: Update,
) -> Result<bool> {
    let Some(before) = store::find_held(tx, id).await? else {
        return Ok(false);
    };
    let after = merged(&before, candidate, app.clock.now());
    let is_changed = told(&before) != told(&after);
    if is_changed {
        store::update(tx, &after).await?;
    }
    let stored = store::find_password(tx, id).await?;
    let row = &candidate.row;
    let differs = stored.as_ref() != Some(&row.password_hash);
    if update != Update::All || !candidate.has_password || !differs {
        return Ok(is_changed);
    }
    set_password(
        tx,
        (id, &row.password_hash),
        row.hash_kind.as_deref(),
        app.clock.now(),
    )
    .await?;
    sessions::end_all(app, tx, (id, None), Ending::PasswordChanged).await?;
    Ok(true)
}

async fn set_password(
    run: &impl Run,
    (id, hash): (AccountId, &str),
    kind: Option<&str>,
    now: Timestamp,
) -> db::Result<()> {
    let params = params![id, hash, kind.map(str::to_owned), now];
    run.execute(SET_IMPORTED_PASSWORD, params).await.map(drop)
}

/// The account with what the row has told; what it does not tell stays.
fn merged(before: &Account, candidate: &Candidate, now: Timestamp) -> Account {
    let new = &candidate.row.account;
    let or = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
    Account {
        first_name: or(&new.first_name, &before.first_name),
        last_name: or(&new.last_name, &before.last_name),
        bio: or(&new.bio, &before.bio),
        profile_picture_url: or(&new.profile_picture_url, &before.profile_picture_url),
        linkedin_profile_url: or(&new.linkedin_profile_url, &before.linkedin_profile_url),
        github_profile_url: or(&new.github_profile_url, &before.github_profile_url),
        updated_at: now,
        ..before.clone()
    }
}

fn told(account: &Account) -> [&Option<String>; 6] {
    [
        &account.first_name,
        &account.last_name,
        &account.bio,
        &account.profile_picture_url,
        &account.linkedin_profile_url,
        &account.github_profile_url,
    ]
}
