//! Reset the password by the code that was mailed: the one way to a new password without the old one.
//!
//! Door: `POST /reset-password`; the page is in `reset_page.rs`.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::claim::claim;
use super::store;
use crate::accounts::{self, Account, store as account_store};
use crate::app::App;
use crate::attempts;
use crate::audit::{self, Event};
use crate::crypto;
use crate::db::Tx;
use crate::email_address;
use crate::error::{Error, Problem, Result};
use crate::http::input::{Anyone, Faults, Fields, JsonOrForm};
use crate::http::openapi::{BadRecovery, Invalid, TooMany};
use crate::http::{Checked, Client, NoContent};
use crate::limits::{self, Rate};
use crate::notices::{self, Notice};
use crate::passwords::{self, Asker};
use crate::sessions::{Ending, end_all};
use crate::shape_of;
use crate::verification;

/// The code from the mail, and the new password.
#[derive(Deserialize, ToSchema)]
pub struct PasswordReset {
    /// What follows the `#` of the mailed link.
    #[schema(max_length = 1024, format = Password, write_only, example = "dG9rZW4tZnJvbS10aGUtbWFpbA")]
    token: String,
    /// The new password.
    #[schema(schema_with = accounts::password)]
    password: String,
}

impl Fields for PasswordReset {
    shape_of!(PasswordReset);

    fn review(app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        passwords::review(app, sent, "password", faults);
    }
}

/// Sets the password of whoever's link it is. Works once; ends all sessions and begins none. A network that has tried too many
/// codes has to wait.
pub async fn reset(app: &App, client: &Client, reset: &PasswordReset) -> Result<()> {
    let network = client.network().to_string();
    let bucket = limits::bucket("recoveries_refused", &network);
    let rate = Rate {
        most: app.config.login.failures_per_network,
        window: app.config.login.failures_window.get(),
    };
    limits::look(app, &bucket, rate).await?;
    let done = match use_link(app, client, reset).await {
        // The address is kept for an account that has left it: nobody proves it for another.
        Err(Error::Problem(Problem::EmailTaken)) => Err(Problem::InvalidRecoveryToken.into()),
        done => done,
    };
    if let Err(Error::Problem(Problem::InvalidRecoveryToken)) = &done
        && limits::take(&app.db, &bucket, rate, app.clock.now()).await?
    {
        let note = audit::note(Event::PasswordReset, client).refused("invalid_token");
        note.write(app, &app.db).await?;
    }
    done
}

async fn use_link(app: &App, client: &Client, reset: &PasswordReset) -> Result<()> {
    let digest = &crypto::digest(reset.token.trim().as_bytes());
    let now = app.clock.now();
    let id = store::find(&app.db, digest, now).await?;
    let id = id.ok_or(Problem::InvalidRecoveryToken)?;
    let account = account_store::find(&app.db, id).await?;
    let account = account.ok_or(Problem::InvalidRecoveryToken)?;
    // Hashed before the transaction, which nobody else has to wait for; a bad password leaves the link as it is.
    let asker = &Asker::of(client).about(&account.email);
    let hash = &passwords::accept(app, asker, &reset.password, &account.personal()).await?;
    let email_key = &email_address::fold(&account.email);
    app.db
        .transaction(|tx| async move {
            // The count before the account, as a login takes them: nobody waits in a circle.
            attempts::forgive(&tx, email_key).await?;
            let held = account_store::find_held(&tx, id).await?;
            let held = held.ok_or(Problem::InvalidRecoveryToken)?;
            let mailed_to = store::take(&tx, digest, (id, now)).await?;
            // Used by another, withdrawn by a change of the password, or mailed to an address that is another by now.
            if mailed_to.as_ref() != Some(email_key)
                || *email_key != email_address::fold(&held.email)
            {
                return Err(Error::from(Problem::InvalidRecoveryToken));
            }
            set_password(app, &tx, client, (held, hash)).await
        })
        .await?;
    Ok(())
}

/// Whoever knew the old password, had a session or waits for a link has nothing any more. An administrator's lock stays.
async fn set_password(
    app: &App,
    tx: &Tx,
    client: &Client,
    (account, hash): (Account, &str),
) -> Result<()> {
    // Also the link for another address, which a thief of a session may have asked for.
    verification::forget(tx, account.id).await?;
    let is_claim = account.email_verified_at.is_none();
    let (account, ending) = if is_claim {
        (
            claim(app, tx, client, account).await?,
            Ending::AccountClaimed,
        )
    } else {
        (account, Ending::PasswordReset)
    };
    account_store::set_password(tx, account.id, hash, app.clock.now()).await?;
    let ended = end_all(app, tx, (account.id, None), ending).await?;
    let notice = (Notice::PasswordReset, &account.reader());
    notices::send(app, tx, notice, client).await?;
    let note = audit::note(Event::PasswordReset, client).on(account.id);
    let note = note.with("sessions_ended", ended).with("claimed", is_claim);
    note.write(app, tx).await
}

/// Choose a new password
///
/// With the code from the mail, once. Ends all sessions, lifts a lock that wrong passwords have led to, and logs nobody in: log in
/// with the new password. An address that was not verified is verified by this, and what the account said about its owner is
/// dropped.
#[utoipa::path(
    post,
    path = "/reset-password",
    operation_id = "recovery_reset",
    tag = "Login and Registration",
    security(()),
    request_body(content(
        (PasswordReset = "application/json"),
        (PasswordReset = "application/x-www-form-urlencoded"),
        (PasswordReset = "multipart/form-data")
    )),
    responses((status = 204, description = "The new password is in force."), BadRecovery, Invalid, TooMany)
)]
pub(super) async fn api(
    State(app): State<App>,
    client: Client,
    Checked(_, JsonOrForm(form)): Checked<Anyone, JsonOrForm<PasswordReset>>,
) -> Result<NoContent> {
    reset(&app, &client, &form).await?;
    Ok(NoContent)
}
