//! Begin the session of a login whose password was right, and tell the owner of what is unusual about it.

use super::password::Login;
use crate::accounts::{Account, Credentials, store};
use crate::app::App;
use crate::attempts::Attempt;
use crate::audit::{self, Actor, Event};
use crate::db::Tx;
use crate::devices::{self, Seen};
use crate::error::{Error, Problem, Result};
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
) -> Result<Login> {
    let session = app
        .db
        .transaction(|tx| async move {
            let had_many_wrong = attempt.succeed(&tx).await?;
            let account = enter(&tx, found).await?;
            if let Verdict::Outdated(new) = verdict {
                store::set_rehashed(&tx, account.id, (&found.password_hash, new)).await?;
            }
            let unusual = unusual(app, &tx, (&account, client), attempt).await?;
            store::set_logged_in(&tx, account.id, app.clock.now()).await?;
            let session = sessions::start(app, &tx, (account.person(), holding), client).await?;
            let reader = account.reader();
            if unusual {
                notices::send(app, &tx, (Notice::NewDevice, &reader), client).await?;
            }
            if had_many_wrong {
                notices::send(app, &tx, (Notice::ManyAttempts, &reader), client).await?;
            }
            let by = actor(&account, &session, client);
            leaving::call_off(app, &tx, &account, &by).await?;
            let note = audit::note(Event::Login, by).on(account.id);
            let note = note.with("new_device", unusual);
            let note = note.with("many_attempts", had_many_wrong);
            note.write(app, &tx).await?;
            Ok::<_, Error>(session)
        })
        .await?;
    app.post.wake();
    Ok(Login {
        session,
        device_cookie: attempt.device_cookie(app),
    })
}

/// The account as it is now, read again: it may have been locked, deleted or changed while the password was being checked.
async fn enter(tx: &Tx, found: &Credentials) -> Result<Account> {
    let current = store::find_held(tx, found.account.id).await?;
    let current = current.ok_or(Problem::BadCredentials)?;
    let hash = store::find_password(tx, current.id).await?;
    if hash.as_deref() != Some(&found.password_hash) {
        return Err(Problem::BadCredentials.into());
    }
    if current.locked_at.is_some() {
        return Err(Problem::AccountLocked.into());
    }
    if current.email_verified_at.is_none() {
        return Err(Problem::EmailNotVerified.into());
    }
    Ok(current)
}

/// Whether the owner is told where this login comes from. A browser with our cookie is his, wherever it is.
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
