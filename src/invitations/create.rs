//! Invite somebody by mail.
//!
//! Doors: `POST /invitations`, `gatepost invitation create`; the form is in `console.rs`.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use super::letter::{self, Token};
use super::model::ROLES;
use super::{Invitation, InvitationView, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::{Error, Result};
use crate::http::input::{self, Fields};
use crate::http::openapi::{EmailInUse, Forbidden, Invalid, TooMany, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::InvitationId;
use crate::roles::Role;
use crate::sessions::Staff;
use crate::shape_of;

/// Who is to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InvitationCreate)]
pub struct NewInvitation {
    /// The address.
    #[schema(value_type = String, max_length = 254, format = Email, example = "jane.roe@example.com")]
    pub email: EmailAddress,
    /// The role of the account that comes of it; `AUTHENTICATED` when it is absent.
    #[schema(schema_with = role, required = false)]
    pub role: Option<Role>,
}

fn role() -> Object {
    let names = ROLES.map(|role| Some(role.name())).into_iter();
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .enum_values(Some(names.chain([None])))
        .description(Some(
            "The role of the account that comes of it; `AUTHENTICATED` when it is absent.",
        ))
        .build()
}

impl Fields for NewInvitation {
    shape_of!(NewInvitation);
}

/// An invitation that was sent.
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// The nickname of whoever invited.
    pub inviter: Option<String>,
    /// The link that was mailed: for the operator alone, who may have no mail server yet.
    pub link: String,
}

/// Mails an invitation to the address; older ones stop working. Refuses an address that somebody has proved already.
pub async fn create(app: &App, staff: &Staff, new: &NewInvitation) -> Result<Invited> {
    let invitation = Invitation {
        id: InvitationId::new(),
        email: new.email.to_string(),
        email_key: new.email.key(),
        role: new.role.unwrap_or(Role::Authenticated),
        invited_by: staff.account,
        created_at: app.clock.now(),
        expires_at: letter::expiry(app),
        accepted_at: None,
        account: None,
        revoked_at: None,
    };
    let sent = &invitation;
    let invited = app
        .db
        .transaction(|tx| async move { insert(app, &tx, (staff, sent)).await })
        .await;
    if let Err(Error::Problem(problem)) = &invited {
        let note = audit::note(Event::InvitationCreated, staff).refused(problem.code());
        let note = note.with("role", invitation.role.name());
        note.personal("email", invitation.email.as_str())
            .write(app, &app.db)
            .await?;
    }
    let (link, invited_by) = invited?;
    Ok(Invited {
        invitation,
        inviter: invited_by,
        link,
    })
}

async fn insert(
    app: &App,
    tx: &Tx,
    (staff, invitation): (&Staff, &Invitation),
) -> Result<(String, Option<String>)> {
    letter::limit(app, tx, &invitation.email_key).await?;
    letter::judge(app, tx, staff, invitation).await?;
    let token = Token::new();
    store::insert(tx, invitation, &token.digest).await?;
    let sent = letter::send(app, tx, (staff, invitation), &token.text).await?;
    note(app, tx, (staff, invitation), "invited").await?;
    Ok(sent)
}

/// Writes down that an invitation was mailed.
pub(super) async fn note(
    app: &App,
    tx: &Tx,
    (staff, invitation): (&Staff, &Invitation),
    why: &'static str,
) -> Result<()> {
    let note = audit::note(Event::InvitationCreated, staff).because(why);
    let note = note.with("invitation", invitation.id.to_string());
    let note = note.with("role", invitation.role.name());
    note.personal("email", invitation.email.as_str())
        .write(app, tx)
        .await
}

/// Invite somebody
///
/// Mails a link by which the owner of the address makes an account with this role, whoever may register. An older invitation of the
/// address stops working. A manager invites with no role above `AUTHENTICATED`.
#[utoipa::path(
    post,
    path = "/invitations",
    operation_id = "invitations_create",
    tag = "Invitations",
    security(("OAuth2PasswordBearer" = [])),
    request_body(content = NewInvitation, example = json!({"email": "jane.roe@example.com", "role": "AUTHENTICATED"})),
    responses(
        (status = 201, description = "The invitation; its mail is on its way.", body = InvitationView),
        EmailInUse, Unauthenticated, Forbidden, Invalid, TooMany
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, input::Json(new)): Checked<Staff, input::Json<NewInvitation>>,
) -> Result<(StatusCode, Json<InvitationView>)> {
    let invited = create(&app, &staff, &new).await?;
    let view = InvitationView::of(invited.invitation, invited.inviter, app.clock.now());
    Ok((StatusCode::CREATED, Json(view)))
}
