//! Send an invitation again: with a new token, more time, and in the name of whoever sends it.
//!
//! Doors: `POST /invitations/{invitation_id}/resend`, `gatepost invitation resend`; the button is in `buttons.rs`.

use axum::extract::State;

use super::create::note;
use super::letter::{self, Token};
use super::{Invitation, InvitationView, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::error::{Error, Problem, Result};
use crate::http::openapi::{
    EmailInUse, Forbidden, Invalid, NoSuchInvitation, OverInvitation, TooMany, Unauthenticated,
};
use crate::http::{Checked, Json};
use crate::ids::InvitationId;
use crate::sessions::Staff;

/// Mails the invitation again, also one that has expired; the link that was mailed before stops working.
pub async fn resend(
    app: &App,
    staff: &Staff,
    id: InvitationId,
) -> Result<(Invitation, Option<String>)> {
    let sent = app
        .db
        .transaction(|tx| async move { send(app, &tx, staff, id).await })
        .await;
    if let Err(Error::Problem(problem)) = &sent {
        let note = audit::note(Event::InvitationCreated, staff).refused(problem.code());
        let note = note.with("invitation", id.to_string());
        note.write(app, &app.db).await?;
    }
    sent
}

async fn send(
    app: &App,
    tx: &Tx,
    staff: &Staff,
    id: InvitationId,
) -> Result<(Invitation, Option<String>)> {
    let known = store::find(tx, id)
        .await?
        .ok_or(Problem::NoSuchInvitation)?;
    // The address before its invitations, as whoever invites: nobody waits in a circle.
    letter::limit(app, tx, &known.email_key).await?;
    let held = store::find_held(tx, id).await?;
    let mut invitation = held.ok_or(Problem::NoSuchInvitation)?;
    if invitation.accepted_at.is_some() || invitation.revoked_at.is_some() {
        return Err(Problem::InvitationOver.into());
    }
    letter::judge(app, tx, staff, &invitation).await?;
    let token = Token::new();
    invitation.expires_at = letter::expiry(app);
    invitation.invited_by = staff.account;
    store::set_sent(tx, &invitation, &token.digest).await?;
    let (_, inviter) = letter::send(app, tx, (staff, &invitation), &token.text).await?;
    note(app, tx, (staff, &invitation), "resent").await?;
    Ok((invitation, inviter))
}

/// Send an invitation again
///
/// With a new link, for the whole time anew; the link mailed before stops working. From now on it is the invitation of whoever has
/// sent it again.
#[utoipa::path(
    post,
    path = "/invitations/{invitation_id}/resend",
    operation_id = "invitations_resend",
    tag = "Invitations",
    security(("OAuth2PasswordBearer" = [])),
    params(("invitation_id" = uuid::Uuid, Path, description = "The invitation.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses(
        (status = 200, description = "The invitation; its mail is on its way.", body = InvitationView),
        EmailInUse, Unauthenticated, Forbidden, NoSuchInvitation, OverInvitation, Invalid, TooMany
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, id): Checked<Staff, InvitationId>,
) -> Result<Json<InvitationView>> {
    let (invitation, inviter) = resend(&app, &staff, id).await?;
    Ok(Json(InvitationView::of(
        invitation,
        inviter,
        app.clock.now(),
    )))
}
