//! Begin to act: the row of the session, and its token, which names both.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ACTING_COOKIE, ACTING_LASTS, over, store};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Problem, Result};
use crate::http::{JsonOrCookie, cookie};
use crate::ids::SessionId;
use crate::roles::Role;
use crate::sessions::caller::moments;
use crate::sessions::store as sessions;
use crate::sessions::{Caller, LoggedIn, Person};

/// The token of an administrator who is signed in as somebody else.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportToken {
    /// The access token: a signed JWT. Its `act` claim names the administrator.
    #[schema(
        example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxIn0.c2ln"
    )]
    pub access_token: String,
    /// Always `bearer`.
    #[schema(example = "bearer")]
    pub token_type: &'static str,
    /// Seconds until it ends. Nothing gets another one.
    #[schema(example = 900)]
    pub expires_in: u64,
}

/// Inserts the session of `caller` as `person`, in place of one that he has begun before. It is no login: nothing of the person's
/// own is touched.
pub async fn begin_acting(
    app: &App,
    tx: &Tx,
    (caller, person): (&Caller, Person),
    reason: &str,
) -> Result<LoggedIn> {
    let now = app.clock.now();
    // As it is in this transaction: he may have been demoted, or have logged out, since he was looked at.
    let own = sessions::find_person(tx, caller.session, moments(app)).await?;
    let (administrator, ends) = own.ok_or(Problem::AuthenticationRequired)?;
    if administrator.role != Role::Admin {
        return Err(Problem::NotPermitted.into());
    }
    over::replace(app, tx, caller).await?;
    let begun = LoggedIn {
        id: SessionId::new(),
        person,
        ends: now.plus(ACTING_LASTS).min(ends),
        refresh_token: None,
        acting_by: Some(administrator.id),
    };
    let new = store::New {
        id: begun.id,
        account: begun.person.id,
        times: (now, begun.ends),
        by: (administrator.id, caller.session),
        reason,
    };
    store::insert(tx, &new).await?;
    Ok(begun)
}

impl LoggedIn {
    /// The `Set-Cookie` beside the administrator's own. It is kept for longer than the session: without it the browser would
    /// be his again in the middle of something.
    pub async fn acting_cookie(&self, app: &App) -> Result<String> {
        let token = self.sign(app, (app.clock.now(), self.ends)).await?;
        let life = app.config.session.lifetime.get();
        Ok(cookie::set(&app.config, ACTING_COOKIE, &token, life))
    }

    /// The answer to whoever has begun to act: 204 with the cookie for a browser, else the token.
    pub async fn acting_answer(
        &self,
        app: &App,
        caller: &Caller,
    ) -> Result<JsonOrCookie<SupportToken>> {
        if caller.by_cookie {
            return Ok(JsonOrCookie::Cookie(self.acting_cookie(app).await?));
        }
        let now = app.clock.now();
        Ok(JsonOrCookie::Json(SupportToken {
            access_token: self.sign(app, (now, self.ends)).await?,
            token_type: "bearer",
            expires_in: self.ends.since(now).as_secs(),
        }))
    }
}
