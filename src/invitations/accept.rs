//! Accept an invitation by the code that was mailed: the account is verified at once, with the role of the invitation.
//!
//! Door: `POST /invitations/accept`; the page is in `accept_page.rs`.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::take_over::take_over;
use super::{Invitation, store};
use crate::accounts::{
    self, Account, AccountView, Initial, NewAccount, Viewer, store as account_store,
};
use crate::app::App;
use crate::attempts;
use crate::audit::{self, Event};
use crate::crypto;
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::{Error, Problem, Result};
use crate::http::input::{Anyone, Faults, Fields, JsonOrForm, Patch};
use crate::http::openapi::{BadInvitation, Invalid, TooMany};
use crate::http::{Checked, Client, Json};
use crate::limits::{self, Rate};
use crate::nicknames::Nickname;
use crate::passwords::{self, Asker};
use crate::shape_of;

/// The code from the mail, and what the account begins with. Address and role are the invitation's.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Acceptance {
    /// What follows the `#` of the mailed link.
    #[schema(max_length = 1024, format = Password, write_only, example = "dG9rZW4tZnJvbS10aGUtbWFpbA")]
    token: String,
    /// The public name; made when it is absent.
    #[schema(schema_with = accounts::nickname_or_null, required = false)]
    #[serde(default)]
    nickname: Patch<Nickname>,
    #[schema(schema_with = accounts::first_name, required = false)]
    #[serde(default)]
    first_name: Patch<String>,
    #[schema(schema_with = accounts::last_name, required = false)]
    #[serde(default)]
    last_name: Patch<String>,
    /// The password.
    #[schema(schema_with = accounts::password)]
    password: String,
}

impl Fields for Acceptance {
    shape_of!(Acceptance);

    fn review(app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        passwords::review(app, sent, "password", faults);
    }
}

/// Makes the account, or takes over the one that somebody has made with the address and never proved. Works once. A network that has
/// tried too many codes has to wait.
pub async fn accept(app: &App, client: &Client, typed: Acceptance) -> Result<Account> {
    let bucket = limits::bucket("invitations_refused", &client.network().to_string());
    let rate = Rate {
        most: app.config.login.failures_per_network,
        window: app.config.login.failures_window.get(),
    };
    limits::look(app, &bucket, rate).await?;
    let digest = crypto::digest(typed.token.trim().as_bytes());
    let accepted = use_token(app, client, (&digest, typed)).await;
    let Err(Error::Problem(problem)) = &accepted else {
        return accepted;
    };
    if limits::take(&app.db, &bucket, rate, app.clock.now()).await? {
        note_refusal(app, client, (&digest, *problem)).await?;
    }
    accepted
}

/// Writes the refusal down. An invitation that is open and good for nothing is one whose inviter could not make it now.
async fn note_refusal(
    app: &App,
    client: &Client,
    (digest, problem): (&[u8; 32], Problem),
) -> Result<()> {
    let open = store::find_open(&app.db, digest, app.clock.now()).await?;
    let why = match (problem, &open) {
        (Problem::InvalidInvitation, Some(_)) => "inviter_may_not",
        _ => problem.code(),
    };
    let note = audit::note(Event::InvitationAccepted, client).refused(why);
    let note = match open {
        Some(open) => note.with("invitation", open.id.to_string()),
        None => note,
    };
    note.write(app, &app.db).await
}

async fn use_token(
    app: &App,
    client: &Client,
    (digest, typed): (&[u8; 32], Acceptance),
) -> Result<Account> {
    // Looked at before a password is hashed: without an invitation nobody gets work done here.
    let found = store::find_open(&app.db, digest, app.clock.now()).await?;
    let found = found.ok_or(Problem::InvalidInvitation)?;
    let email = EmailAddress::parse(&found.email).map_err(|_| Problem::InvalidInvitation)?;
    let names = [typed.first_name, typed.last_name];
    let new = &NewAccount::named(email, typed.nickname, names, typed.password);
    // A bad password leaves the invitation as it is.
    let hash = &new.accept_password(app, &Asker::of(client)).await?;
    let once = || {
        app.db
            .transaction(|tx| async move { settle(app, &tx, client, (digest, new, hash)).await })
    };
    match once().await {
        // Registered by somebody in this very moment: then there is an account to take over.
        Err(Error::Problem(Problem::EmailTaken)) => once().await,
        settled => settled,
    }
}

async fn settle(
    app: &App,
    tx: &Tx,
    client: &Client,
    (digest, new, hash): (&[u8; 32], &NewAccount, &str),
) -> Result<Account> {
    let key = new.email.key();
    // The count before the account, as a login takes them: nobody waits in a circle.
    attempts::forgive(tx, &key).await?;
    let invitation = store::take(tx, digest, app.clock.now()).await?;
    let invitation = invitation.ok_or(Problem::InvalidInvitation)?;
    require_inviter(tx, &invitation).await?;
    let found = account_store::find_by_email(tx, &key).await?;
    let is_taken_over = found.is_some();
    let account = if let Some(id) = found {
        take_over(app, tx, (id, invitation.role), (new, hash)).await?
    } else {
        let initial = Initial {
            role: invitation.role,
            verified: true,
        };
        accounts::insert(app, tx, (new, hash), initial).await?
    };
    store::set_account(tx, invitation.id, account.id).await?;
    let note = audit::note(Event::InvitationAccepted, client).on(account.id);
    let note = note.with("invitation", invitation.id.to_string());
    let note = note.with("role", account.role.name());
    let note = note.with("taken_over", is_taken_over);
    note.personal("email", account.email.as_str())
        .write(app, tx)
        .await?;
    Ok(account)
}

/// Refuses an invitation whose inviter could not make it now: whoever loses his role, his account or the trust of an administrator
/// leaves no doors behind. Wrong passwords of strangers lock nobody's invitations.
async fn require_inviter(tx: &Tx, invitation: &Invitation) -> Result<()> {
    let Some(inviter) = invitation.invited_by else {
        return Ok(());
    };
    // Held, so that his demotion comes before this or after it.
    let inviter = account_store::find_held(tx, inviter).await?;
    let may = inviter.is_some_and(|inviter| {
        inviter.locked_at.is_none() && inviter.role.may_manage(invitation.role)
    });
    if may {
        Ok(())
    } else {
        Err(Problem::InvalidInvitation.into())
    }
}

/// Accept an invitation
///
/// With the code from the mail, once. Makes an account with the address and the role of the invitation, verified, whoever may
/// register. An account with the address that nobody has proved is taken over, and emptied of what was typed into it. Nobody is
/// logged in by this.
#[utoipa::path(
    post,
    path = "/invitations/accept",
    operation_id = "invitations_accept",
    tag = "Invitations",
    security(()),
    request_body(content(
        (Acceptance = "application/json"),
        (Acceptance = "application/x-www-form-urlencoded"),
        (Acceptance = "multipart/form-data")
    )),
    responses((status = 200, description = "The new user.", body = AccountView), BadInvitation, Invalid, TooMany)
)]
pub(super) async fn api(
    State(app): State<App>,
    client: Client,
    Checked(_, JsonOrForm(typed)): Checked<Anyone, JsonOrForm<Acceptance>>,
) -> Result<Json<AccountView>> {
    let account = accept(&app, &client, typed).await?;
    Ok(Json(AccountView::of(&app, account, Viewer::Newcomer)))
}
