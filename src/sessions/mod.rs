//! Sessions: a row for each login, the tokens that name it, who is calling, and why a session is over.

mod acting;
mod caller;
mod denied;
mod end;
mod list;
mod logout;
mod page;
mod refresh;
mod revoke;
mod revoke_others;
mod signature_cache;
mod start;
mod store;
mod token;

pub use acting::{
    ACTING_COOKIE, ACTING_LASTS, Acting, OPEN_WHILE_ACTING, SupportToken, begin_acting, end_acting,
    forgetting,
};
pub use caller::{Admin, Caller, Own, Staff, Unattended, Visitor, announce, presented, role_of};
pub use denied::Asked;
pub use end::{Ended, Ending, end_all, end_everyones, end_one, purge};
pub use list::{Session, SessionPage, SessionQuery, list, list_of};
pub use refresh::refresh;
pub use revoke::revoke;
pub use revoke_others::revoke_others;
pub use signature_cache::SignatureCache;
pub use start::{Holding, LoggedIn, Person, Tokens, renew, start};

use axum::Router;
use axum::routing::{get, post};

use crate::http::{Routes, routes};

/// The cookie that holds the access token.
pub const COOKIE: &str = "access_token";

/// The statements of this feature, by file.
pub(crate) const STATEMENTS: [&[(&str, &str)]; 4] = [
    store::STATEMENTS,
    acting::STATEMENTS,
    refresh::STATEMENTS,
    list::STATEMENTS,
];

/// The doors of this feature.
pub fn doors() -> Routes {
    let pages = Router::new()
        .route("/sessions", get(page::page))
        .route("/sessions/end-others", post(page::end_others))
        .route("/sessions/{session_id}/end", post(page::end));
    Routes::new()
        .operation(routes!(refresh::api))
        .operation(routes!(logout::api))
        .pages(pages)
}

/// The doors by which everybody sees and ends his own sessions.
pub fn doors_of_owner() -> Routes {
    Routes::new()
        .operation(routes!(list::api, revoke_others::api))
        .operation(routes!(revoke::api))
}
