//! Resend the link that proves the address of a new account, to whoever types the address.
//!
//! Door: `POST /verify-email/resend`; the page is in `resend_page.rs`.

use axum::extract::State;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::ask::{Asked, MailRequest, OnItsWay, ask};
use super::request::{Link, Purpose, mail_link};
use super::store::{self, Held};
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::email_address::{self, EmailAddress};
use crate::error::Result;
use crate::http::input::{Anyone, JsonOrForm};
use crate::http::openapi::{Invalid, TooMany};
use crate::http::{Checked, Client, Json};
use crate::jobs::Handler;

/// What mails the link, after the answer.
pub const RESEND: (&str, Handler) = ("verification_resend", mail_again);

/// Sees to it that an account with this address gets a new link, if its address is not proved yet.
pub async fn resend(app: &App, client: &Client, email: &EmailAddress) -> Result<()> {
    ask(app, client, (RESEND.0, email)).await
}

/// The job.
fn mail_again(app: App, tx: Tx, about: Value) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let asked = Asked::read(about)?;
        let client = asked.client();
        let found = find(&tx, &asked.key()).await?;
        let waiting = match found {
            Some(account) if account.verified_at.is_none() => account,
            other => {
                let note = audit::note(Event::VerificationRequested, &client);
                let note = note.personal("email", asked.typed());
                let note = match other {
                    Some(account) => note.on(account.id).refused("already_verified"),
                    None => note.refused("no_such_account"),
                };
                return note.write(&app, &tx).await;
            }
        };
        // Only what was an address once is stored as one.
        let Ok(email) = EmailAddress::parse(&waiting.email) else {
            return Ok(());
        };
        let link = Link {
            account: waiting.id,
            email: &email,
            purpose: Purpose::Registration,
            name: waiting.first_name.as_deref(),
        };
        mail_link(&app, &tx, link, &(&client).into()).await
    })
}

/// The account with the address, held until the commit.
async fn find(tx: &Tx, email_key: &str) -> Result<Option<Held>> {
    let Some(id) = store::find_by_email(tx, email_key).await? else {
        return Ok(None);
    };
    let held = store::find_held(tx, id).await?;
    // Somebody may have changed the address while we waited for the account.
    Ok(held.filter(|held| email_address::fold(&held.email) == email_key))
}

/// Send the verification link again
///
/// Mails a new link to a new account whose address is not proved yet; older links stop working. The answer is the same whether or
/// not there is one.
#[utoipa::path(
    post,
    path = "/verify-email/resend",
    operation_id = "verification_resend",
    tag = "Login and Registration",
    security(()),
    request_body(content(
        (MailRequest = "application/json"),
        (MailRequest = "application/x-www-form-urlencoded"),
        (MailRequest = "multipart/form-data")
    )),
    responses((status = 200, description = "Always the same.", body = OnItsWay), Invalid, TooMany)
)]
pub(super) async fn api(
    State(app): State<App>,
    client: Client,
    Checked(_, JsonOrForm(request)): Checked<Anyone, JsonOrForm<MailRequest>>,
) -> Result<Json<OnItsWay>> {
    resend(&app, &client, &request.email).await?;
    Ok(Json(OnItsWay::ANSWER))
}
