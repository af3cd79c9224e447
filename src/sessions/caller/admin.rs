//! An administrator: whoever may see and change what concerns the whole server.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Staff;
use crate::app::App;
use crate::audit::Actor;
use crate::error::{Error, Problem, Result};
use crate::roles::Role;
use crate::sessions::denied::{self, Asked};

/// An administrator, or whoever can run commands on the machine.
#[derive(Debug, Clone)]
pub struct Admin(Staff);

impl Admin {
    /// The one who calls, if his role is enough.
    pub fn of(staff: &Staff) -> Result<Self> {
        match staff.role {
            Role::Admin => Ok(Self(staff.clone())),
            _ => Err(Problem::NotPermitted.into()),
        }
    }

    /// The same, for a request; a refusal is written down, with what was asked for.
    pub async fn of_request(app: &App, staff: &Staff, asked: &Asked) -> Result<Self> {
        match Self::of(staff) {
            Ok(admin) => Ok(admin),
            Err(error) => {
                denied::record(app, staff, (asked, "role")).await?;
                Err(error)
            }
        }
    }

    /// Whoever can run commands on the machine.
    pub fn operator() -> Self {
        Self(Staff::operator())
    }

    /// Who it is.
    pub fn staff(&self) -> &Staff {
        &self.0
    }
}

impl From<&Admin> for Actor {
    fn from(admin: &Admin) -> Self {
        admin.staff().into()
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let staff = Staff::from_request_parts(parts, app).await?;
        Self::of_request(app, &staff, &Asked::of(parts)).await
    }
}
