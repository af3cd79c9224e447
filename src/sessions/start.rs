//! Start a session: its row, and the tokens that name it.

use futures_util::future;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::moments;
use super::end::{note_ended, note_run_out};
use super::refresh::RefreshToken;
use super::store::{self, New, OpenSessions};
use super::token::{self, Act, Claims};
use super::{COOKIE, Caller, Ending};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Run, Tx};
use crate::error::{Problem, Result};
use crate::http::{Client, JsonOrCookie, cookie};
use crate::ids::{self, AccountId, SessionId};
use crate::roles::Role;

/// Whose session it is.
#[derive(Debug, Clone)]
pub struct Person {
    /// The account.
    pub id: AccountId,
    /// Its address.
    pub email: String,
    /// Its role.
    pub role: Role,
}

/// How the client holds its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// A program: a short access token, and a refresh token that gets the next one.
    Tokens,
    /// A browser: a cookie that scripts cannot read, for as long as the session lasts.
    Cookie,
}

/// A session that has begun, before its tokens are made.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    pub(super) id: SessionId,
    pub(super) person: Person,
    pub(super) ends: Timestamp,
    pub(super) refresh_token: Option<RefreshToken>,
    /// The administrator who is signed in as the person, if it is not he himself.
    pub(super) acting_by: Option<AccountId>,
}

/// Inserts the session's row. Where an account has too many, those that were not used for longest end.
pub async fn start(
    app: &App,
    tx: &Tx,
    (person, holding): (Person, Holding),
    client: &Client,
) -> Result<LoggedIn> {
    let begins = app.clock.now();
    let id = SessionId::new();
    let logged_in = LoggedIn {
        id,
        person,
        ends: begins.plus(app.config.session.lifetime.get()),
        refresh_token: (holding == Holding::Tokens).then(|| RefreshToken::first(app, id)),
        acting_by: None,
    };
    let new = New {
        id: logged_in.id,
        account: logged_in.person.id,
        user_agent: &client.user_agent,
        address: client.address.to_string(),
        created_at: begins,
        expires_at: logged_in.ends,
        refresh_digest: logged_in.refresh_token.as_ref().map(|token| &token.digest),
    };
    let count = store::count_open(tx, logged_in.person.id);
    let ((), open) = future::try_join(store::insert(tx, new), count).await?;
    make_room(app, tx, &logged_in, open).await?;
    let app = app.clone();
    tx.after_commit(move || app.metering.sessions_started.add(1));
    Ok(logged_in)
}

/// Ends those that were not used for longest, where there are too many. Those that have run out take no room.
async fn make_room(app: &App, tx: &Tx, new: &LoggedIn, open: OpenSessions) -> Result<()> {
    let (now, idle_since) = moments(app);
    let most = app.config.session.per_account;
    let is_over = open.last_seen_first <= idle_since || open.expires_first <= now;
    if !is_over && open.count <= u64::from(most) {
        return Ok(());
    }
    note_run_out(app, tx, Some(new.person.id)).await?;
    let of = (new.person.id, new.id);
    let pushed_out = store::set_oldest_ended(tx, of, most, now).await?;
    note_ended(app, tx, Ending::TooManySessions, pushed_out);
    Ok(())
}

/// Gives the caller another session in place of his: whoever knew the old one has nothing any more.
pub async fn renew(app: &App, tx: &Tx, caller: &Caller, person: Person) -> Result<LoggedIn> {
    let holding = if caller.by_cookie {
        Holding::Cookie
    } else {
        Holding::Tokens
    };
    // It may have ended since it was looked at, by a new password for instance: then there is nothing to renew.
    if !store::set_ended(tx, caller.session, moments(app), Ending::Renewed).await? {
        return Err(Problem::AuthenticationRequired.into());
    }
    note_ended(app, tx, Ending::Renewed, 1);
    start(app, tx, (person, holding), &caller.client).await
}

/// A token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct Tokens {
    /// The access token: a signed JWT.
    #[schema(
        example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxIn0.c2ln"
    )]
    pub access_token: String,
    /// Always `bearer`.
    #[schema(example = "bearer")]
    pub token_type: &'static str,
    /// Seconds until the access token ends.
    #[schema(example = 900)]
    pub expires_in: u64,
    /// Gets the next tokens at `POST /login/refresh`, once.
    #[schema(example = "cmVmcmVzaC10b2tlbi1mcm9tLXRoZS1sb2dpbi1hbnN3ZXI")]
    pub refresh_token: String,
}

impl LoggedIn {
    /// The same session of its owner as he is now: his address or his role may have changed since he was read.
    #[must_use]
    pub fn of(self, person: Person) -> Self {
        Self { person, ..self }
    }

    /// The session.
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// The tokens of a program.
    pub async fn tokens(&self, app: &App) -> Result<Tokens> {
        let life = self.token_life(app, app.clock.now());
        let access_token = self.sign(app, life).await?;
        Ok(self.with_access_token(access_token, life))
    }

    /// From when to when an access token lasts that is made at this moment.
    pub(super) fn token_life(&self, app: &App, begins: Timestamp) -> (Timestamp, Timestamp) {
        let ends = begins.plus(app.config.tokens.lifetime.get());
        (begins, ends.min(self.ends))
    }

    /// The answer with this access token, which lasts from one moment to the other.
    pub(super) fn with_access_token(
        &self,
        access_token: String,
        (begins, ends): (Timestamp, Timestamp),
    ) -> Tokens {
        Tokens {
            access_token,
            token_type: "bearer",
            expires_in: ends.since(begins).as_secs(),
            refresh_token: self
                .refresh_token
                .as_ref()
                .map_or_else(String::new, |token| token.as_str().to_owned()),
        }
    }

    /// The `Set-Cookie` of a browser. Its token lasts as long as the session, which the database judges at each request.
    pub async fn cookie(&self, app: &App) -> Result<String> {
        let now = app.clock.now();
        let token = self.sign(app, (now, self.ends)).await?;
        Ok(cookie::set(
            &app.config,
            COOKIE,
            &token,
            self.ends.since(now),
        ))
    }

    /// The answer to whoever was given this session in place of another: 204 with the cookie for a browser, else tokens.
    pub async fn answer(&self, app: &App) -> Result<JsonOrCookie<Tokens>> {
        Ok(if self.refresh_token.is_some() {
            JsonOrCookie::Json(self.tokens(app).await?)
        } else {
            JsonOrCookie::Cookie(self.cookie(app).await?)
        })
    }

    pub(super) async fn sign(&self, app: &App, life: (Timestamp, Timestamp)) -> Result<String> {
        let claims = self.claims(app, life, ids::next().to_string());
        Ok(token::sign(app, &claims).await?.token)
    }

    /// What an access token of this session says that lasts so long and is called so.
    pub(super) fn claims(
        &self,
        app: &App,
        (begins, ends): (Timestamp, Timestamp),
        jti: String,
    ) -> Claims {
        let id = self.person.id.to_string();
        Claims {
            iss: app.config.issuer(),
            sub: id.clone(),
            user_id: id,
            email: self.person.email.clone(),
            role: self.person.role.name().to_owned(),
            sid: self.id.to_string(),
            aud: app.config.tokens.audience.clone(),
            iat: begins.seconds(),
            exp: ends.seconds(),
            jti,
            act: self.acting_by.map(|id| Act {
                sub: id.to_string(),
            }),
        }
    }
}
