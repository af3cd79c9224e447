//! Undo a change of address: whoever reads the mail of the old address takes the account back.
//!
//! Doors: `POST /undo-email-change`; the page is in `undo_page.rs`.

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{former, store, undo_store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::crypto;
use crate::db::Tx;
use crate::error::{Error, Problem, Result};
use crate::http::input::{Anyone, Fields, JsonOrForm};
use crate::http::openapi::{BadUndo, Invalid, TooMany};
use crate::http::{Checked, Client, NoContent};
use crate::ids::AccountId;
use crate::jobs;
use crate::limits::{self, Rate};
use crate::passwords::Asker;
use crate::sessions::{Ending, end_all};
use crate::shape_of;

/// The job of the feature `recovery`, which stands below this one: it mails a link for a new password.
const NEW_PASSWORD: &str = "recovery_mail_link";

/// The code from the mail.
#[derive(Deserialize, ToSchema)]
pub struct EmailUndo {
    /// What follows the `#` of the mailed link.
    #[schema(max_length = 1024, format = Password, write_only, example = "dG9rZW4tZnJvbS10aGUtbWFpbA")]
    token: String,
}

impl Fields for EmailUndo {
    shape_of!(EmailUndo);
}

/// Gives the account its old address back, and takes everything from whoever changed it. Works once. A network that has tried too
/// many codes has to wait.
pub async fn undo(app: &App, client: &Client, undo: &EmailUndo) -> Result<()> {
    let bucket = limits::bucket("undos_refused", &client.network().to_string());
    let rate = Rate {
        most: app.config.login.failures_per_network,
        window: app.config.login.failures_window.get(),
    };
    let now = app.clock.now();
    limits::look(app, &bucket, rate).await?;
    let done = match use_link(app, client, undo).await {
        // Kept free for it, so this cannot be; and if it is, the link leads nowhere.
        Err(Error::Problem(Problem::EmailTaken)) => Err(Problem::InvalidUndoToken.into()),
        done => done,
    };
    if let Err(Error::Problem(Problem::InvalidUndoToken)) = &done
        && limits::take(&app.db, &bucket, rate, now).await?
    {
        let note = audit::note(Event::EmailChangeUndone, client).refused("invalid_token");
        note.write(app, &app.db).await?;
    }
    done
}

async fn use_link(app: &App, client: &Client, undo: &EmailUndo) -> Result<()> {
    let digest = &crypto::digest(undo.token.trim().as_bytes());
    let found = undo_store::find(&app.db, digest, app.clock.now()).await?;
    let account = found.ok_or(Problem::InvalidUndoToken)?;
    // Whoever changed the address knew the password: from now on nobody does.
    let lane = app.lane.share(Asker::of(client));
    let hash = &lane.hash(&crypto::random_token()).await?;
    app.db
        .transaction(|tx| async move { restore(app, &tx, client, (account, digest, hash)).await })
        .await?;
    app.bell.ring();
    Ok(())
}

async fn restore(
    app: &App,
    tx: &Tx,
    client: &Client,
    (account, digest, hash): (AccountId, &[u8; 32], &str),
) -> Result<()> {
    let now = app.clock.now();
    // The account before its links, as everybody else who holds both: nobody waits in a circle.
    store::find_held(tx, account).await?;
    let former = undo_store::take(tx, digest, (account, now)).await?;
    let former = former.ok_or(Problem::InvalidUndoToken)?;
    undo_store::set_restored(tx, account, (&former, hash), now).await?;
    // Links that the other one may have asked for, and by which he would take the account back.
    undo_store::delete_since(tx, account, former.created_at).await?;
    store::delete_older(tx, account).await?;
    store::delete_recoveries(tx, account).await?;
    let ended = end_all(app, tx, (account, None), Ending::EmailChangeUndone).await?;
    let note = audit::note(Event::EmailChangeUndone, client).on(account);
    let note = note.with("sessions_ended", ended);
    let note = note.personal("email", former.email.as_str());
    note.write(app, tx).await?;
    let asked = json!({
        "email": former.email,
        "address": client.address,
        "user_agent": client.user_agent,
        "request_id": client.request_id,
    });
    former::require_free(app, tx, (&former.email_key, account)).await?;
    jobs::enqueue(tx, app, NEW_PASSWORD, &asked).await
}

/// Undo a change of e-mail address
///
/// With the code that was mailed to the old address when the account got another one, once. The old address is the account's again,
/// all sessions end, and the password and all mailed links are good for nothing any more. A link for a new password is mailed to the
/// old address.
#[utoipa::path(
    post,
    path = "/undo-email-change",
    operation_id = "verification_undo",
    tag = "Login and Registration",
    security(()),
    request_body(content(
        (EmailUndo = "application/json"),
        (EmailUndo = "application/x-www-form-urlencoded"),
        (EmailUndo = "multipart/form-data")
    )),
    responses((status = 204, description = "The old address is the account's again."), BadUndo, Invalid, TooMany)
)]
pub(super) async fn api(
    State(app): State<App>,
    client: Client,
    Checked(_, JsonOrForm(form)): Checked<Anyone, JsonOrForm<EmailUndo>>,
) -> Result<NoContent> {
    undo(&app, &client, &form).await?;
    Ok(NoContent)
}
