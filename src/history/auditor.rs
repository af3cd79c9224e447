//! Who may read the whole audit log: administrators.

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;

use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Problem, Result};
use crate::roles::Role;
use crate::sessions::Staff;

/// An administrator, or whoever can run commands on the machine.
#[derive(Debug, Clone)]
pub struct Auditor(Staff);

impl Auditor {
    /// The one who calls, if his role is enough: the log holds the addresses of everybody, administrators' as well.
    pub fn of(staff: Staff) -> Result<Self> {
        match staff.role {
            Role::Admin => Ok(Self(staff)),
            _ => Err(Problem::NotPermitted.into()),
        }
    }

    /// Who it is.
    pub fn staff(&self) -> &Staff {
        &self.0
    }
}

impl FromRequestParts<App> for Auditor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let staff = Staff::from_request_parts(parts, app).await?;
        if staff.role != Role::Admin {
            let route = parts.extensions.get::<MatchedPath>();
            audit::note(Event::AccessDenied, &staff)
                .refused("role")
                .with("method", parts.method.as_str())
                .with("route", route.map_or("-", MatchedPath::as_str))
                .write(app, &app.db)
                .await?;
        }
        Self::of(staff)
    }
}
