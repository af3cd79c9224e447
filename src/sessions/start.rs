//! Start a session: its row, and the token that names it.

use super::store::{self, New};
use super::token::{self, Claims};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Result;
use crate::http::Client;
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

/// A session that has begun, before its token is made.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    id: SessionId,
    person: Person,
    begins: Timestamp,
    ends: Timestamp,
}

/// Inserts the session's row.
pub async fn start(app: &App, tx: &Tx, person: Person, client: &Client) -> Result<LoggedIn> {
    let begins = app.clock.now();
    let logged_in = LoggedIn {
        id: SessionId::new(),
        person,
        begins,
        ends: begins.plus(app.config.session.lifetime.get()),
    };
    let new = New {
        id: logged_in.id,
        account: logged_in.person.id,
        user_agent: &client.user_agent,
        address: client.address.to_string(),
        created_at: begins,
        expires_at: logged_in.ends,
    };
    store::insert(tx, new).await?;
    Ok(logged_in)
}

impl LoggedIn {
    /// The access token. It lives as long as the session.
    pub async fn access_token(&self, app: &App) -> Result<String> {
        let id = self.person.id.to_string();
        let claims = Claims {
            iss: app.config.issuer(),
            sub: id.clone(),
            user_id: id,
            email: self.person.email.clone(),
            role: self.person.role.name().to_owned(),
            sid: self.id.to_string(),
            aud: app.config.tokens.audience.clone(),
            iat: self.begins.seconds(),
            exp: self.ends.seconds(),
            jti: ids::next().to_string(),
        };
        token::sign(app, &claims).await
    }

    /// Seconds until the token ends (RFC 6749 section 5.1, `expires_in`).
    pub fn expires_in(&self) -> u64 {
        self.ends.since(self.begins).as_secs()
    }
}
