//! Devices: the browsers and networks from which an account has logged in, so that its owner is told of a new one.
//!
//! A device is kept as a digest under the master key: the table alone tells nobody where somebody was. It says nothing
//! of whether a login is right, and opens nothing.

mod store;

pub(crate) use store::STATEMENTS;

use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Tx;
use crate::error::Result;
use crate::http::Client;
use crate::ids::AccountId;
use crate::user_agent;

/// What is known of where a login came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Nothing was known of the account yet: there is nothing to compare with.
    First,
    /// The account has logged in from there.
    Known,
    /// The account has logged in from elsewhere only.
    New,
}

/// Remembers where a login comes from, in its transaction, and answers whether that was known. The account's row is held.
pub async fn remember(
    app: &App,
    tx: &Tx,
    (account, last_login): (AccountId, Option<Timestamp>),
    client: &Client,
) -> Result<Seen> {
    let (fingerprint, now) = (fingerprint(app, account, client), app.clock.now());
    if store::set_seen(tx, (account, &fingerprint), now).await? {
        return Ok(Seen::Known);
    }
    let is_any_known = store::has_any(tx, account).await?;
    store::insert(tx, (account, &fingerprint), now).await?;
    // Long asleep, and what was known of it is forgotten: that somebody comes now is worth telling.
    let asleep = last_login.is_some_and(|at| at < forgotten_before(app));
    Ok(if is_any_known || asleep {
        Seen::New
    } else {
        Seen::First
    })
}

/// Browser and network, as this server alone can name them: the browser in words, so that an update of it is no news,
/// and the network, so that another address of the same household is none.
fn fingerprint(app: &App, account: AccountId, client: &Client) -> String {
    let browser = user_agent::words(&client.user_agent);
    let network = client.network();
    app.secrets
        .sign(&format!("known device:{account}:{network}:{browser}"))
}

fn forgotten_before(app: &App) -> Timestamp {
    let life = app.config.session.device_lifetime.get();
    app.clock.now().minus(life)
}

/// Forgets what was not used for as long as a browser is known.
pub async fn purge(app: &App) -> Result<u64> {
    Ok(store::delete_older(&app.db, forgotten_before(app)).await?)
}
