//! Follow the audit log in the order of its chain, for a collector that keeps a copy elsewhere and verifies it there.
//!
//! Door: `GET /audit/chain`. `gatepost audit export` writes the same lines, of the whole log.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::audit;
use crate::error::Result;
use crate::http::Checked;
use crate::http::input::{self, Fields};
use crate::http::openapi::{Forbidden, Invalid, Unauthenticated};
use crate::sessions::Admin;
use crate::shape_of;

/// Which part of the chain.
#[derive(Debug, Clone, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct FollowQuery {
    /// The place (`seq`) of the last entry that one has; 0 to begin.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64, default = 0)]
    #[param(
        minimum = 0,
        maximum = 9_007_199_254_740_991_i64,
        default = 0,
        required = false,
        example = 0
    )]
    pub after: i64,
    /// How many to answer at most.
    #[schema(minimum = 1, maximum = 1000, default = 1000)]
    #[param(
        minimum = 1,
        maximum = 1000,
        default = 1000,
        required = false,
        example = 1000
    )]
    pub limit: u32,
}

impl Default for FollowQuery {
    fn default() -> Self {
        Self {
            after: 0,
            limit: 1000,
        }
    }
}

impl Fields for FollowQuery {
    shape_of!(FollowQuery);
}

/// The entries behind that place, the oldest first, a line each. Nothing is written down: each look would be something new to
/// look at.
pub async fn follow(app: &App, _by: &Admin, query: &FollowQuery) -> Result<String> {
    audit::lines(&app.db, query.after, query.limit).await
}

/// Follow the audit log
///
/// For a collector that keeps a copy: the entries in the order of their chain, the oldest first, as JSON Lines. Ask again with the
/// `seq` of the last line; an empty answer says that there is nothing new. None is missed, and none comes twice. The lines are those
/// of `gatepost audit export`, so that `gatepost audit verify FILE` verifies what was collected, on any machine.
#[utoipa::path(
    get,
    path = "/audit/chain",
    operation_id = "history_follow",
    tag = "Audit Log",
    security(("OAuth2PasswordBearer" = [])),
    params(FollowQuery),
    responses(
        (status = 200, description = "The next entries, a JSON object a line.", content_type = "application/jsonl", body = String,
            example = "{\"seq\":1,\"id\":\"01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c\",\"at\":1769860800000,\"event\":\"account_locked\"}\n"),
        Unauthenticated, Forbidden, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(auditor, input::Query(query)): Checked<Admin, input::Query<FollowQuery>>,
) -> Result<Response> {
    let lines = follow(&app, &auditor, &query).await?;
    Ok(([(CONTENT_TYPE, "application/jsonl")], lines).into_response())
}
