//! Record an entry.

use serde_json::{Map, Value, json};

use super::Event;
use super::entry::{Entry, personal_digest};
use super::store;
use crate::app::App;
use crate::crypto;
use crate::db::Run;
use crate::error::Result;
use crate::http::Client;
use crate::ids::{AccountId, EntryId, SessionId};

/// Who did something, and from where.
#[derive(Debug, Clone)]
pub struct Actor {
    /// `account`, `anonymous`, `operator` (the machine's own command line) or `system`.
    pub kind: &'static str,
    /// His account.
    pub account: Option<AccountId>,
    /// The session that he called from.
    pub session: Option<SessionId>,
    /// Whose account he is signed in to, if it is not his own.
    pub on_behalf_of: Option<AccountId>,
    /// From where.
    pub client: Client,
}

impl Actor {
    /// The server itself, on its own account.
    pub fn system() -> Self {
        Self {
            kind: "system",
            account: None,
            session: None,
            on_behalf_of: None,
            client: Client::machine("gatepost"),
        }
    }

    /// Whoever can run commands on the machine.
    pub fn operator() -> Self {
        Self {
            kind: "operator",
            account: None,
            session: None,
            on_behalf_of: None,
            client: Client::machine("command line"),
        }
    }
}

/// Somebody whom nothing is known of but where he is.
impl From<&Client> for Actor {
    fn from(client: &Client) -> Self {
        Self {
            kind: "anonymous",
            account: None,
            session: None,
            on_behalf_of: None,
            client: client.clone(),
        }
    }
}

impl From<&Self> for Actor {
    fn from(actor: &Self) -> Self {
        actor.clone()
    }
}

/// An entry that is being put together.
#[must_use = "a note that is not written is lost"]
pub struct Note {
    event: Event,
    by: Actor,
    account: Option<AccountId>,
    reason: Option<&'static str>,
    is_refused: bool,
    details: Map<String, Value>,
    personal: Map<String, Value>,
}

/// Begins an entry: `event`, done by `by`, and successfully unless it is said otherwise.
pub fn note(event: Event, by: impl Into<Actor>) -> Note {
    Note {
        event,
        by: by.into(),
        account: None,
        reason: None,
        is_refused: false,
        details: Map::new(),
        personal: Map::new(),
    }
}

impl Note {
    /// The account that it happened to, if there is one.
    pub fn on(mut self, account: impl Into<Option<AccountId>>) -> Self {
        self.account = account.into();
        self
    }

    /// Why: a stable code.
    pub fn because(mut self, reason: &'static str) -> Self {
        self.reason = Some(reason);
        self
    }

    /// It did not happen, and why: a stable code.
    pub fn refused(mut self, reason: &'static str) -> Self {
        self.is_refused = true;
        self.because(reason)
    }

    /// A fact that tells nothing of a person and is no secret: it stays for good.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// A fact about a person, such as an address: it can be erased, and never is a secret.
    pub fn personal(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.personal.insert(name.to_owned(), value.into());
        self
    }

    /// Writes the entry, in the transaction of the act.
    pub async fn write(mut self, app: &App, run: &impl Run) -> Result<()> {
        if let Some(account) = self.by.on_behalf_of {
            self = self.with("on_behalf_of", account.to_string());
        }
        let client = &self.by.client;
        self.personal
            .insert("address".into(), json!(client.address.to_string()));
        self.personal
            .insert("user_agent".into(), json!(client.user_agent));
        let personal = Value::Object(self.personal).to_string();
        let salt: [u8; 16] = crypto::random();
        let entry = Entry {
            id: EntryId::new(),
            seq: None,
            at: app.clock.now(),
            event: self.event.code().to_owned(),
            outcome: if self.is_refused { "refused" } else { "done" }.to_owned(),
            reason: self.reason.map(str::to_owned),
            actor_kind: self.by.kind.to_owned(),
            actor_id: self.by.account,
            account_id: self.account,
            session_id: self.by.session,
            request_id: client.request_id.clone(),
            details: Value::Object(self.details).to_string(),
            personal_digest: personal_digest(&salt, &personal),
            personal: Some(personal),
            personal_salt: Some(salt.to_vec()),
            digest: None,
        };
        Ok(store::insert(run, &entry).await?)
    }
}
