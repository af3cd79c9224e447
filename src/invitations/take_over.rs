//! Take over an account that was made with the invited address, and that nobody has proved to be his.
//!
//! Anybody can register anybody's address and wait until its owner moves in. Whoever accepts an invitation has the mailbox, and gets
//! the account with nothing in it that somebody else has typed: no name, no password, no session, no link that is waited for.

use crate::accounts::{self, Account, Initial, NewAccount, store as account_store};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Problem, Result};
use crate::http::input::Patch;
use crate::ids::AccountId;
use crate::nicknames::Nickname;
use crate::recovery;
use crate::roles::Role;
use crate::sessions::{Ending, end_all};
use crate::verification;

/// Makes the account the invited person's. It keeps its identifier, and an administrator's lock.
pub(super) async fn take_over(
    app: &App,
    tx: &Tx,
    (id, role): (AccountId, Role),
    (new, hash): (&NewAccount, &str),
) -> Result<Account> {
    let held = account_store::find_held(tx, id).await?;
    let held = held.ok_or(Error::from(Problem::InvalidInvitation))?;
    // Proved by its owner in the meantime, or another's address by now.
    let is_another = crate::email_address::fold(&held.email) != new.email.key();
    if held.email_verified_at.is_some() || is_another {
        return Err(Problem::EmailTaken.into());
    }
    // A role that waits for the proof was given by staff as well.
    let role = role.max(held.pending_role.unwrap_or(role));
    let nickname = nickname(tx, (id, new)).await?;
    let begun = accounts::build(
        app,
        new,
        &nickname,
        Initial {
            role,
            verified: false,
        },
    );
    let account = Account {
        id,
        is_professional: held.is_professional,
        ..begun
    };
    account_store::update(tx, &account).await?;
    account_store::set_password(tx, id, hash, app.clock.now()).await?;
    verification::forget(tx, id).await?;
    recovery::forget(tx, id).await?;
    // In the spelling to which the invitation was mailed.
    verification::set_verified(app, tx, (id, new.email.as_str())).await?;
    end_all(app, tx, (id, None), Ending::AccountClaimed).await?;
    account_store::get(tx, id).await
}

/// The nickname that is asked for, also if it is this account's already; else a new one.
async fn nickname(tx: &Tx, (id, new): (AccountId, &NewAccount)) -> Result<Nickname> {
    if let Patch::Set(nickname) = &new.nickname
        && account_store::find_nickname_taker(tx, &nickname.key()).await? == Some(id)
    {
        return Ok(nickname.clone());
    }
    accounts::nickname(tx, new).await
}
