//! The page that shows people where they are signed in, and ends sessions for them.

use axum::extract::{RawQuery, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::list::{Session, SessionQuery, list};
use super::{COOKIE, Caller, Visitor, revoke, revoke_others};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::http::input::FormText;
use crate::http::{Checked, Page, Redirect, cookie, own_path};
use crate::ids::SessionId;

const PAGE: &str = "/sessions";

/// `GET /sessions`
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let Some(caller) = visitor.caller else {
        return Ok(Redirect::see_other(own_path::login_and_back(&uri)).into_response());
    };
    let query = query.unwrap_or_default();
    let parameter = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    };
    let skip = parameter("skip").and_then(|skip| skip.parse::<u32>().ok());
    let part = SessionQuery {
        skip: skip.unwrap_or(0).into(),
        ..SessionQuery::default()
    };
    show(&app, &caller, (&part, parameter("done").as_deref())).await
}

async fn show(
    app: &App,
    caller: &Caller,
    (part, done): (&SessionQuery, Option<&str>),
) -> Result<Response> {
    let known = list(app, caller, part).await?;
    let shown = i64::try_from(known.items.len()).unwrap_or(i64::MAX);
    let next = part.skip.saturating_add(shown);
    let (open, over): (Vec<Session>, Vec<Session>) = known
        .items
        .into_iter()
        .partition(|session| session.ended_at.is_none());
    Page::new("sessions/list.html")
        .with("viewer", caller.viewer())
        .with("notice", done.and_then(notice))
        .with("has_others", open.iter().any(|session| !session.is_current))
        .with("open", json!(open))
        .with("over", json!(over))
        .with("is_first", part.skip == 0)
        .with("next", (next < known.total).then_some(next))
        .with("csrf_token", app.secrets.sign(&form_of(caller)))
        .render(app)
}

/// What the button before has done.
fn notice(done: &str) -> Option<&'static str> {
    match done {
        "one" => Some("The session has ended."),
        "others" => Some("You are signed out everywhere else."),
        _ => None,
    }
}

/// What the forms' token is made for: this session and no other.
fn form_of(caller: &Caller) -> String {
    format!("form:{}", caller.session)
}

/// Who has pressed a button of this page.
fn presser(app: &App, visitor: Visitor, form: &FormText) -> Result<Option<Caller>> {
    let Some(caller) = visitor.caller else {
        return Ok(None);
    };
    let (token, made_for) = (form.get("csrf_token"), form_of(&caller));
    if app.secrets.is_signed(&made_for, token) {
        Ok(Some(caller))
    } else {
        Err(Problem::ForgedRequest.into())
    }
}

/// `POST /sessions/{session_id}/end`
pub(super) async fn end(
    State(app): State<App>,
    Checked(visitor, id): Checked<Visitor, SessionId>,
    form: FormText,
) -> Result<Response> {
    let Some(caller) = presser(&app, visitor, &form)? else {
        return Ok(Redirect::see_other("/login-form").into_response());
    };
    match revoke(&app, &caller, id).await {
        Ok(()) if id == caller.session => Ok(Redirect::see_other("/")
            .with_cookie(cookie::clear(&app.config, COOKIE))
            .clearing_site_data()
            .into_response()),
        // Of no concern to whoever wanted it gone.
        Ok(()) | Err(Error::Problem(Problem::NoSuchSession)) => Ok(done("one")),
        Err(error) => Err(error),
    }
}

/// `POST /sessions/end-others`
pub(super) async fn end_others(
    State(app): State<App>,
    visitor: Visitor,
    form: FormText,
) -> Result<Response> {
    let Some(caller) = presser(&app, visitor, &form)? else {
        return Ok(Redirect::see_other("/login-form").into_response());
    };
    revoke_others(&app, &caller).await?;
    Ok(done("others"))
}

fn done(what: &str) -> Response {
    Redirect::see_other(format!("{PAGE}?done={what}")).into_response()
}
