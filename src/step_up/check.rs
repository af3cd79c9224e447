//! Check the password of somebody who is signed in.

use crate::accounts::{Account, store};
use crate::app::App;
use crate::attempts;
use crate::audit::{self, Actor, Event};
use crate::email_address;
use crate::error::{Problem, Result};
use crate::passwords::{self, Asker, Verdict};
use crate::sessions::Caller;

/// The caller's account.
pub async fn find(app: &App, caller: &Caller) -> Result<Account> {
    let account = store::find(&app.db, caller.account).await?;
    Ok(account.ok_or(Problem::AuthenticationRequired)?)
}

/// Refuses a password that is not the caller's. Wrong ones are counted, for each session apart.
pub async fn check_password(app: &App, caller: &Caller, password: &str) -> Result<()> {
    let account = find(app, caller).await?;
    let asker = Asker::of(&caller.client).about(&account.email);
    let attempt = attempts::reserve_in(app, &account.email, caller.session).await?;
    let stored = store::find_password(&app.db, account.id).await?;
    let known_by = email_address::fold(&account.email);
    let against = (known_by.as_str(), stored.as_deref());
    let lane = app.lane.share(asker);
    let verdict = match passwords::compare(app, lane, password, against).await {
        Ok(verdict) => verdict,
        Err(full) => {
            attempt.give_back(&app.db).await?;
            return Err(full.into());
        }
    };
    let attempt = &attempt;
    let is_right = verdict != Verdict::Wrong;
    app.db
        .transaction(|tx| async move {
            if is_right {
                return attempt.succeed(&tx).await.map(drop);
            }
            let by = &Actor::from(caller);
            attempt.spend(app, &tx, (by, Some(account.id))).await?;
            let note = audit::note(Event::Reauthenticated, by).on(account.id);
            note.refused("wrong_password").write(app, &tx).await
        })
        .await?;
    if is_right {
        Ok(())
    } else {
        Err(Problem::WrongPassword.into())
    }
}
