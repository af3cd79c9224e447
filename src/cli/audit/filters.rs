//! Which entries a command is about.

use clap::Args;
use serde_json::{Map, Value, json};

#[derive(Debug, Args)]
#[command(next_help_heading = "Filters")]
pub(in crate::cli) struct Filters {
    /// Only entries of this kind, such as `login`
    #[arg(long, value_name = "CODE")]
    event: Option<String>,
    /// Only what was `done`, or `refused`
    #[arg(long)]
    outcome: Option<String>,
    /// Only what happened to the account with this id
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// Only what the account with this id did
    #[arg(long, value_name = "ID")]
    actor: Option<String>,
    /// Only what happened to this person or what he did
    #[arg(long, value_name = "EMAIL|ID")]
    person: Option<String>,
    /// Only what this request caused
    #[arg(long, value_name = "ID")]
    request: Option<String>,
    /// Only what was done from this address or network, as long as that is kept
    #[arg(long, value_name = "IP|NETWORK")]
    address: Option<String>,
    /// Only what happened at this moment or later: RFC 3339, or a date
    #[arg(long, value_name = "WHEN")]
    from: Option<String>,
    /// Only what happened before this moment: RFC 3339, or a date
    #[arg(long, value_name = "WHEN")]
    to: Option<String>,
}

impl Filters {
    /// The same object that the API takes.
    pub fn fields(&self) -> Map<String, Value> {
        let given = [
            ("event", &self.event),
            ("outcome", &self.outcome),
            ("account_id", &self.account),
            ("actor_id", &self.actor),
            ("person", &self.person),
            ("request_id", &self.request),
            ("address", &self.address),
            ("from", &self.from),
            ("to", &self.to),
        ];
        let given = given.into_iter().filter(|(_, value)| value.is_some());
        given
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect()
    }
}
