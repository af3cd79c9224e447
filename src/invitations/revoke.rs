//! Take an invitation back.
//!
//! Doors: `DELETE /invitations/{invitation_id}`, `gatepost invitation revoke`; the button is in `buttons.rs`.

use axum::extract::State;

use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::error::{Error, Problem, Result};
use crate::http::openapi::{Forbidden, Invalid, NoSuchInvitation, OverInvitation, Unauthenticated};
use crate::http::{Checked, NoContent};
use crate::ids::InvitationId;
use crate::sessions::Staff;

/// Makes the link useless. Doing so twice is no error. What was accepted is an account, and cannot be taken back by this.
pub async fn revoke(app: &App, staff: &Staff, id: InvitationId) -> Result<()> {
    let revoked = app
        .db
        .transaction(|tx| async move { set_revoked(app, &tx, staff, id).await })
        .await;
    if let Err(Error::Problem(problem)) = &revoked {
        let note = audit::note(Event::InvitationRevoked, staff).refused(problem.code());
        let note = note.with("invitation", id.to_string());
        note.write(app, &app.db).await?;
    }
    revoked
}

async fn set_revoked(app: &App, tx: &Tx, staff: &Staff, id: InvitationId) -> Result<()> {
    let invitation = store::find_held(tx, id).await?;
    let invitation = invitation.ok_or(Problem::NoSuchInvitation)?;
    staff.may_manage(invitation.role)?;
    if invitation.accepted_at.is_some() {
        return Err(Problem::InvitationOver.into());
    }
    if invitation.revoked_at.is_some() {
        return Ok(());
    }
    store::set_revoked(tx, id, app.clock.now()).await?;
    let note = audit::note(Event::InvitationRevoked, staff);
    let note = note.with("invitation", id.to_string());
    note.personal("email", invitation.email)
        .write(app, tx)
        .await
}

/// Take an invitation back
///
/// Its link stops working at once. One that was accepted is an account by now, and stays.
#[utoipa::path(
    delete,
    path = "/invitations/{invitation_id}",
    operation_id = "invitations_revoke",
    tag = "Invitations",
    security(("OAuth2PasswordBearer" = [])),
    params(("invitation_id" = uuid::Uuid, Path, description = "The invitation.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses(
        (status = 204, description = "Taken back."),
        Unauthenticated, Forbidden, NoSuchInvitation, OverInvitation, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, id): Checked<Staff, InvitationId>,
) -> Result<NoContent> {
    revoke(&app, &staff, id).await?;
    Ok(NoContent)
}
