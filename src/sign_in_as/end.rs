//! The button of the banner: back to one's own session.

use axum::extract::State;
use axum::http::{HeaderMap, Method};

use super::page_of;
use crate::app::App;
use crate::error::Result;
use crate::http::{Client, Redirect, cookie, refuse_foreign_site};
use crate::sessions::{ACTING_COOKIE, end_acting, forgetting};

/// `POST /sign-in-as/end`. Asks nobody who he is, as the logout does: all that it takes away is a cookie that is in its way.
pub(super) async fn submit(
    State(app): State<App>,
    client: Client,
    (method, headers): (Method, HeaderMap),
) -> Result<Redirect> {
    // A page of another site can send the request, but it ends nothing and deletes nothing.
    if refuse_foreign_site(&app.config, &method, &headers).is_err() {
        return Ok(Redirect::see_other("/"));
    }
    let token = cookie::get(&app.config, &headers, ACTING_COOKIE);
    let whose = match token.as_deref() {
        Some(token) => end_acting(&app, &client, token).await?,
        None => None,
    };
    let to = whose.map_or_else(|| "/admin".to_owned(), page_of);
    let cleared = forgetting(&app, &headers).into_iter();
    let back = cleared.fold(Redirect::see_other(to), Redirect::with_cookie);
    // What pages of the person have left in the browser is none of the administrator's.
    Ok(back.clearing_site_data())
}
