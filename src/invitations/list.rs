//! List invitations: who invited whom, and what has become of it.
//!
//! Doors: `GET /invitations`, `gatepost invitation list`; the page is in `console.rs`.

use axum::extract::State as AppState;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::{IntoParams, ToSchema};

use super::{InvitationView, State, store};
use crate::app::App;
use crate::error::Result;
use crate::http::input::{self, Fields};
use crate::http::openapi::{Forbidden, Invalid, Unauthenticated};
use crate::http::{Checked, Json};
use crate::sessions::Staff;
use crate::shape_of;

/// Which invitations.
#[derive(Debug, Clone, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct InvitationQuery {
    /// How many to pass over.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64, default = 0)]
    #[param(
        minimum = 0,
        maximum = 9_007_199_254_740_991_i64,
        default = 0,
        required = false,
        example = 0
    )]
    pub skip: i64,
    /// How many to answer at most.
    #[schema(minimum = 1, maximum = 100, default = 20)]
    #[param(
        minimum = 1,
        maximum = 100,
        default = 20,
        required = false,
        example = 20
    )]
    pub limit: i64,
    /// Only those in this state.
    #[schema(schema_with = state)]
    #[param(schema_with = state, required = false)]
    pub state: Option<String>,
}

impl Default for InvitationQuery {
    fn default() -> Self {
        Self {
            skip: 0,
            limit: 20,
            state: None,
        }
    }
}

fn state() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(State::NAMES))
        .description(Some("Only those in this state."))
        .build()
}

impl Fields for InvitationQuery {
    shape_of!(InvitationQuery);
}

/// A part of the invitations.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InvitationPage {
    /// The invitations, the newest first.
    pub items: Vec<InvitationView>,
    /// How many there are in all.
    pub total: i64,
}

/// The invitations that fit the query. Managers see all of them.
pub async fn list(app: &App, _staff: &Staff, query: &InvitationQuery) -> Result<InvitationPage> {
    let now = app.clock.now();
    let wanted = (query.state.as_deref().unwrap_or_default(), now);
    let (items, total) = store::list(&app.db, wanted, (query.skip, query.limit)).await?;
    let items = items.into_iter();
    let items = items.map(|(invitation, inviter)| InvitationView::of(invitation, inviter, now));
    Ok(InvitationPage {
        items: items.collect(),
        total,
    })
}

/// List invitations
///
/// The newest first: who invited whom, until when, and which account came of it.
#[utoipa::path(
    get,
    path = "/invitations",
    operation_id = "invitations_list",
    tag = "Invitations",
    security(("OAuth2PasswordBearer" = [])),
    params(InvitationQuery),
    responses(
        (status = 200, description = "A part of the invitations.", body = InvitationPage),
        Unauthenticated, Forbidden, Invalid
    )
)]
pub(super) async fn api(
    AppState(app): AppState<App>,
    Checked(staff, input::Query(query)): Checked<Staff, input::Query<InvitationQuery>>,
) -> Result<Json<InvitationPage>> {
    Ok(Json(list(&app, &staff, &query).await?))
}
