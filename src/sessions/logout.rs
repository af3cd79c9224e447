//! Log out: the session is over at the server, and the browser forgets its cookie.
//!
//! Door: `POST /logout`.

use axum::extract::State;
use axum::http::{HeaderMap, Method};

use super::caller::moments;
use super::end::note_ended;
use super::store::Holder;
use super::{COOKIE, Ending, acting, forgetting, presented, store};
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::db::Tx;
use crate::error::Result;
use crate::http::input::Anyone;
use crate::http::{Checked, Client, Redirect, cookie, refuse_foreign_site};
use crate::ids::SessionId;

/// Ends the sessions. Ending one twice is no error.
pub async fn logout(app: &App, client: &Client, sessions: &[SessionId]) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            for session in sessions {
                if let Some(holder) = store::find_holder(&tx, *session).await? {
                    end(app, &tx, (*session, holder), client).await?;
                }
            }
            Ok(())
        })
        .await
}

async fn end(
    app: &App,
    tx: &Tx,
    (session, holder): (SessionId, Holder),
    client: &Client,
) -> Result<()> {
    let (why, event, by) = match holder.acting_by {
        None => {
            let by = Actor {
                kind: "account",
                account: Some(holder.account),
                session: Some(session),
                on_behalf_of: None,
                client: client.clone(),
            };
            (Ending::Logout, Event::Logout, by)
        }
        Some(administrator) => {
            let by = acting::actor(administrator, (holder.account, session), client);
            (Ending::SupportEnded, Event::SignInAsEnded, by)
        }
    };
    if store::set_ended(tx, session, moments(app), why).await? {
        note_ended(app, tx, why, 1);
        let mut note = audit::note(event, by).on(holder.account);
        if holder.acting_by.is_some() {
            note = note.because(why.code());
        }
        note.write(app, tx).await?;
    }
    Ok(())
}

/// Log out
///
/// Ends the session and deletes the `access_token` cookie. Whoever asks gets the same answer; a browser follows it to `/`.
#[utoipa::path(
    post,
    path = "/logout",
    operation_id = "sessions_logout",
    tag = "Login and Registration",
    security(("OAuth2PasswordBearer" = []), ()),
    responses(
        (status = 200, description = "What a browser's `fetch` sees after it has followed the redirect: the page at `/`.",
            content_type = "text/html", body = String, example = "<!doctype html><title>Gatepost</title>"),
        (status = 303, description = "See `/`. The session has ended and the cookie is deleted.", headers(
            ("Location" = String, description = "`/`"),
            ("Clear-Site-Data" = String, description = "What the browser has kept of this site, but for the cookie that knows it again"),
            ("Set-Cookie" = String, description = "The `access_token` cookie with `Max-Age=0`")
        ))
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    _: Checked<Anyone>,
    client: Client,
    (method, headers): (Method, HeaderMap),
) -> Result<Redirect> {
    let home = Redirect::see_other("/");
    // A page of another site can send the request, but it ends nothing and deletes nothing.
    if refuse_foreign_site(&app.config, &method, &headers).is_err() {
        return Ok(home);
    }
    let sessions = presented(&app, &headers).await?;
    if !sessions.is_empty() {
        logout(&app, &client, &sessions).await?;
    }
    let home = home.with_cookie(cookie::clear(&app.config, COOKIE));
    let home = forgetting(&app, &headers)
        .into_iter()
        .fold(home, Redirect::with_cookie);
    Ok(home.clearing_site_data())
}
