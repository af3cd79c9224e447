//! Write down that a login was refused. The same is written, in the same time, whether or not an account has the address.

use crate::accounts::Credentials;
use crate::app::App;
use crate::attempts::{self, Attempt};
use crate::audit::{self, Actor, Event, Note};
use crate::email_address;
use crate::error::{Problem, Result};
use crate::http::Client;
use crate::ids::AccountId;

/// Characters of the digest of what was typed: enough to see what belongs together.
const DIGEST_CHARS: usize = 16;

/// An entry about a refused login.
///
/// What was typed stands in it only as a digest under the master key: people type passwords into the wrong field, and
/// nobody is to try them out on this.
fn note(
    app: &App,
    (client, typed): (&Client, &str),
    account: Option<AccountId>,
    why: &'static str,
) -> Note {
    let folded = email_address::fold(typed);
    let mut digest = app.secrets.sign(&format!("typed address:{folded}"));
    digest.truncate(DIGEST_CHARS);
    let note = audit::note(Event::Login, client).on(account).refused(why);
    note.personal("typed_digest", digest)
}

/// The password was wrong, or nobody has the address: the try is spent, and counted for the network.
pub(super) async fn wrong(
    app: &App,
    (client, typed): (&Client, &str),
    attempt: &Attempt,
    found: Option<&Credentials>,
) -> Result<()> {
    let account = found.map(|found| found.account.id);
    let why = account.map_or("unknown", |_| "wrong_password");
    let actor = &Actor::from(client);
    app.unhurried()
        .transaction(|tx| async move {
            attempt.spend(app, &tx, (actor, account)).await?;
            note(app, (client, typed), account, why)
                .write(app, &tx)
                .await?;
            attempts::count(app, &tx, client).await
        })
        .await
}

/// Wrong passwords have locked the address. Under a flood only the first refusals are written down.
pub(super) async fn locked(
    app: &App,
    (client, typed): (&Client, &str),
    account: Option<AccountId>,
) -> Result<()> {
    let subject = &attempts::subject(&email_address::fold(typed));
    if !attempts::is_worth_noting(app, subject).await? {
        return Ok(());
    }
    app.db
        .transaction(|tx| async move {
            if !attempts::take_note(app, &tx, subject, app.clock.now()).await? {
                return Ok(());
            }
            let note = note(app, (client, typed), account, "locked");
            note.with("by", "wrong_passwords").write(app, &tx).await
        })
        .await
}

/// The password was right, but the account cannot be entered: nothing is counted.
pub(super) async fn not_entered(
    app: &App,
    (client, typed): (&Client, &str),
    attempt: &Attempt,
    (account, problem): (AccountId, Problem),
) -> Result<()> {
    app.unhurried()
        .transaction(|tx| async move {
            attempt.give_back(&tx).await?;
            let note = |why| note(app, (client, typed), Some(account), why);
            let note = match problem {
                Problem::AccountLocked => note("locked").with("by", "staff"),
                Problem::EmailNotVerified => note("not_verified"),
                // Changed or deleted while the password was being compared.
                _ => note("wrong_password"),
            };
            note.write(app, &tx).await
        })
        .await
}
