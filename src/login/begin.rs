//! Begin the session of a login whose password was right, and tell the owner of what is unusual about it.

use futures_util::future;

use crate::accounts::store::{self, Entered};
use crate::accounts::{Account, Credentials};
use crate::app::App;
use crate::attempts::Attempt;
use crate::audit::{self, Actor, Event};
use crate::db::Tx;
use crate::devices::{self, Seen};
use crate::error::{Problem, Result};
use crate::http::Client;
use crate::leaving;
use crate::notices::{self, Notice};
use crate::passwords::Verdict;
use crate::sessions::{self, Holding, LoggedIn};

/// Now, and only now, the state of the account is told.
pub(super) async fn begin(
    app: &App,
    (client, holding): (&Client, Holding),
    attempt: &Attempt,
    (found, verdict): (&Credentials, &Verdict),
) -> Result<LoggedIn> {
    app.unhurried()
        .transaction(|tx| async move {
            // One way to the database. Where the account may not be entered all of it is undone.
            let (had_many_wrong, entered, unusual, session) = future::try_join4(
                attempt.succeed(&tx),
                enter(app, &tx, found),
                unusual(app, &tx, (&found.account, client), attempt),
                sessions::start(app, &tx, (found.account.person(), holding), client),
            )
            .await?;
            let account = entered.account;
            let session = session.of(account.person());
            attempt.show_unlocked(&tx, account.locked_until).await?;
            if let Verdict::Outdated(new) = verdict {
                store::set_rehashed(&tx, account.id, (&found.password_hash, new)).await?;
            }
            let reader = account.reader();
            if unusual {
                notices::send(app, &tx, (Notice::NewDevice, &reader), client).await?;
            }
            if had_many_wrong {
                notices::send(app, &tx, (Notice::ManyAttempts, &reader), client).await?;
            }
            let by = actor(&account, &session, client);
            let note = audit::note(Event::Login, by.clone()).on(account.id);
            let note = note.with("new_device", unusual);
            let note = note.with("many_attempts", had_many_wrong);
            if entered.is_leaving {
                note.write(app, &tx).await?;
                leaving::call_off(app, &tx, &account, &by).await?;
            } else {
                tx.last(note.write(app, &tx)).await?;
            }
            Ok(session)
        })
        .await
}

/// The account as it is now, read again: it may have been locked, deleted or changed while the password was being checked.
async fn enter(app: &App, tx: &Tx, found: &Credentials) -> Result<Entered> {
    let known = (found.account.id, found.password_hash.as_str());
    let current = store::enter(tx, known, app.clock.now()).await?;
    let current = current.ok_or(Problem::BadCredentials)?;
    if current.account.locked_at.is_some() {
        return Err(Problem::AccountLocked.into());
    }
    if current.account.email_verified_at.is_none() {
        return Err(Problem::EmailNotVerified.into());
    }
    Ok(current)
}

/// Whether the owner is told where this login comes from, given the account as it was before. A browser with our cookie is
/// his, wherever it is.
async fn unusual(
    app: &App,
    tx: &Tx,
    (account, client): (&Account, &Client),
    attempt: &Attempt,
) -> Result<bool> {
    let of = (account.id, account.last_login_at);
    let seen = devices::remember(app, tx, of, client).await?;
    Ok(seen == Seen::New && !attempt.is_known_device())
}

fn actor(account: &Account, session: &LoggedIn, client: &Client) -> Actor {
    Actor {
        kind: "account",
        account: Some(account.id),
        session: Some(session.id()),
        on_behalf_of: None,
        client: client.clone(),
    }
}
