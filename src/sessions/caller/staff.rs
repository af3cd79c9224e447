//! Staff: who manages users, by his role at this moment.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Caller;
use crate::app::App;
use crate::audit::{self, Actor};
use crate::db::Age;
use crate::error::{Error, Problem, Result};
use crate::http::Client;
use crate::ids::AccountId;
use crate::roles::Role;
use crate::sessions::denied::{self, Asked};

/// How long ago by the clock of any node an act was committed at least that was begun this long ago.
const SETTLED: Duration = Duration::from_secs(10);

/// Somebody whose role opens the management of users.
#[derive(Debug, Clone)]
pub struct Staff {
    /// His account; nobody's for the operator at the machine's own command line.
    pub account: Option<AccountId>,
    /// His role at this moment.
    pub role: Role,
    actor: Actor,
}

impl FromRequestParts<App> for Staff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, app).await?;
        Self::of_request(app, &caller, parts).await
    }
}

impl Staff {
    /// The same, for a request; a refusal is written down, with what was asked for.
    pub async fn of_request(app: &App, caller: &Caller, parts: &Parts) -> Result<Self> {
        match Self::of(caller) {
            Ok(staff) => Ok(staff),
            Err(error) => {
                denied::record(app, caller, (&Asked::of(parts), "role")).await?;
                Err(error)
            }
        }
    }

    /// The caller, if his role is enough.
    pub fn of(caller: &Caller) -> Result<Self> {
        if !caller.role.is_staff() {
            return Err(Problem::NotPermitted.into());
        }
        Ok(Self {
            account: Some(caller.account),
            role: caller.role,
            actor: caller.into(),
        })
    }

    /// Whoever can run commands on the machine can do what an administrator can.
    pub fn operator() -> Self {
        Self {
            account: None,
            role: Role::Admin,
            actor: Actor {
                kind: "operator",
                account: None,
                session: None,
                on_behalf_of: None,
                client: Client::machine("command line"),
            },
        }
    }

    /// How old a list may be that he is shown: a moment, unless he has done something within that moment, on whichever node. Then
    /// he must see what he has done. The audit log knows, because every act stands in it.
    pub async fn age(&self, app: &App) -> Result<Age> {
        let Some(account) = self.account.filter(|_| app.db.has_replica()) else {
            // Commands do not need a replica; the next one may be about what this one has done.
            return Ok(Age::Now);
        };
        let moment = app.config.database.replica_lag_max.get() + SETTLED;
        let acted = audit::last_act(&app.db, account).await?;
        let is_recent = acted.is_some_and(|at| app.clock.now().since(at) < moment);
        Ok(if is_recent { Age::Now } else { Age::Late })
    }

    /// Refuses an account that has (or is to have) a role outside of what this one manages.
    pub fn may_manage(&self, role: Role) -> Result<()> {
        if self.role.may_manage(role) {
            Ok(())
        } else {
            Err(Problem::NotPermitted.into())
        }
    }
}

impl From<&Staff> for Actor {
    fn from(staff: &Staff) -> Self {
        staff.actor.clone()
    }
}
