//! An invitation as the database keeps it, and as staff see it.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use crate::clock::Timestamp;
use crate::db::{Result, Row};
use crate::ids::{AccountId, InvitationId};
use crate::roles::Role;

/// The roles that somebody can be invited with: whoever accepts has proved his address.
pub(super) const ROLES: [Role; 3] = [Role::Authenticated, Role::Manager, Role::Admin];

/// What has become of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = InvitationState)]
pub enum State {
    /// It waits to be accepted.
    Open,
    /// It was accepted.
    Accepted,
    /// It was taken back, or there is a newer one.
    Revoked,
    /// Its time is over.
    Expired,
}

impl State {
    /// The names, as they are on the wire.
    pub const NAMES: [&str; 4] = ["open", "accepted", "revoked", "expired"];
}

/// An invitation, without its token.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its identifier.
    pub id: InvitationId,
    /// Who is invited.
    pub email: String,
    /// The same, as addresses are compared.
    pub email_key: String,
    /// What he may become.
    pub role: Role,
    /// Who invited, or last sent the invitation again; nobody's for the machine's own command line.
    pub invited_by: Option<AccountId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// The account that came of it.
    pub account: Option<AccountId>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

impl Invitation {
    pub(super) fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            email: row.get("email")?,
            email_key: row.get("email_key")?,
            role: row.get("role")?,
            invited_by: row.get("invited_by")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            accepted_at: row.get("accepted_at")?,
            account: row.get("account_id")?,
            revoked_at: row.get("revoked_at")?,
        })
    }

    /// What has become of it.
    pub fn state(&self, now: Timestamp) -> State {
        match self {
            Self {
                accepted_at: Some(_),
                ..
            } => State::Accepted,
            Self {
                revoked_at: Some(_),
                ..
            } => State::Revoked,
            Self { expires_at, .. } if *expires_at <= now => State::Expired,
            Self { .. } => State::Open,
        }
    }
}

/// An invitation as staff see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationView {
    /// Its identifier.
    #[schema(value_type = uuid::Uuid, example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    pub id: InvitationId,
    /// Who is invited.
    #[schema(example = "jane.roe@example.com")]
    pub email: String,
    /// The role of the account that comes of it.
    #[schema(schema_with = shown_role)]
    pub role: Role,
    /// What has become of it.
    #[schema(schema_with = shown_state)]
    pub state: State,
    /// The account that invited, or last sent the invitation again; `null` for the command line.
    #[schema(value_type = Option<uuid::Uuid>, required = true, example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    pub invited_by: Option<AccountId>,
    /// The nickname of that account; `null` as well when the account is gone.
    #[schema(required = true, example = "john_doe")]
    pub inviter: Option<String>,
    /// When it was made (RFC 3339).
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    pub created_at: Timestamp,
    /// Until when it works.
    #[schema(value_type = String, format = DateTime, example = "2026-02-07T12:00:00.000Z")]
    pub expires_at: Timestamp,
    /// When it was accepted.
    #[schema(value_type = Option<String>, format = DateTime, required = true, example = json!(null))]
    pub accepted_at: Option<Timestamp>,
    /// The account that came of it.
    #[schema(value_type = Option<uuid::Uuid>, required = true, example = json!(null))]
    pub account_id: Option<AccountId>,
    /// When it was taken back, or replaced by a newer one.
    #[schema(value_type = Option<String>, format = DateTime, required = true, example = json!(null))]
    pub revoked_at: Option<Timestamp>,
}

fn shown_role() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(ROLES.map(Role::name)))
        .description(Some("The role of the account that comes of it."))
        .build()
}

fn shown_state() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(State::NAMES))
        .description(Some("What has become of it."))
        .build()
}

impl InvitationView {
    /// The invitation of somebody who has this nickname.
    pub fn of(invitation: Invitation, inviter: Option<String>, now: Timestamp) -> Self {
        Self {
            state: invitation.state(now),
            id: invitation.id,
            email: invitation.email,
            role: invitation.role,
            invited_by: invitation.invited_by,
            inviter,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            accepted_at: invitation.accepted_at,
            account_id: invitation.account,
            revoked_at: invitation.revoked_at,
        }
    }
}
