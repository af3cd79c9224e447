//! Acting: an administrator is signed in as somebody else, for support.
//!
//! Such a session belongs to the account that is seen, and hangs on the administrator's own: it holds only as long as that one does
//! and he is an administrator. A browser keeps its token in a cookie beside the administrator's own. As long as it has that
//! cookie it is nobody but the one whom it acts as, also when the time is over: nothing that was meant for one account ever
//! reaches the other. What can be done is in `rule.rs`; everything else is refused.

mod announce;
mod begin;
mod end;
mod over;
mod rule;
mod store;

use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use super::store::Current;
use super::{Asked, Caller, denied};
use crate::app::App;
use crate::audit::Actor;
use crate::clock::Timestamp;
use crate::error::{Problem, Result};
use crate::http::{Client, cookie};
use crate::ids::{AccountId, SessionId};
use crate::roles::Role;

pub(super) use announce::{tell, tell_over};
pub use begin::{SupportToken, begin_acting};
pub use end::end_acting;
pub(super) use over::{Which, cut_off, set_all_over};
pub use rule::OPEN_WHILE_ACTING;
pub(super) use store::STATEMENTS;

/// The cookie that holds the token of such a session, beside the one of the administrator's own.
pub const ACTING_COOKIE: &str = "acting";

/// How long it lasts. Nothing makes it longer.
pub const ACTING_LASTS: Duration = Duration::from_mins(15);

/// The administrator who is signed in as somebody else.
#[derive(Debug, Clone)]
pub struct Acting {
    /// His account.
    pub administrator: AccountId,
    /// What to call him.
    pub name: String,
    /// When it is over at the latest.
    pub until: Timestamp,
}

/// Who acts in the session, or `None` when he may not any more.
pub(super) async fn find(
    app: &App,
    id: SessionId,
    (current, moments): (&Current, (Timestamp, Timestamp)),
) -> Result<Option<Acting>> {
    // Whoever has got a higher role since is not to be acted as.
    if !app.config.support.sign_in_as || current.role != Role::Authenticated {
        return Ok(None);
    }
    Ok(store::find(&app.db, id, moments).await?)
}

/// Refuses what an administrator who is signed in as somebody else may not do, and writes it down with both their names.
pub(super) async fn judge(app: &App, caller: &Caller, parts: &Parts) -> Result<()> {
    let route = parts.extensions.get::<MatchedPath>();
    let route = route.map_or("", MatchedPath::as_str);
    // HEAD is GET without the content (RFC 9110 section 9.3.2).
    let method = if parts.method == Method::HEAD {
        "GET"
    } else {
        parts.method.as_str()
    };
    if caller.acting.is_none() || rule::is_open(method, route) {
        return Ok(());
    }
    let problem = Problem::NotWhileActing;
    denied::record(app, caller, (&Asked::of(parts), problem.code())).await?;
    Err(problem.into())
}

/// The token in the cookie of such a session.
pub(super) fn held(app: &App, headers: &HeaderMap) -> Option<String> {
    cookie::get(&app.config, headers, ACTING_COOKIE)
}

/// Lets the browser be who it was before. For whoever logs in: he is not to be taken for somebody else any more.
pub fn forgetting(app: &App, headers: &HeaderMap) -> Option<String> {
    held(app, headers).map(|_| cookie::clear(&app.config, ACTING_COOKIE))
}

/// Who does something in the session `session` of `account`: both are named.
pub(super) fn actor(
    administrator: AccountId,
    (account, session): (AccountId, SessionId),
    client: &Client,
) -> Actor {
    Actor {
        kind: "account",
        account: Some(administrator),
        session: Some(session),
        on_behalf_of: Some(account),
        client: client.clone(),
    }
}
