//! The page on which staff invite people, and see what has become of their invitations.

use axum::extract::{RawQuery, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::create::{NewInvitation, create};
use super::list::{InvitationQuery, list};
use super::model::ROLES;
use super::{InvitationView, State as InvitationState};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::http::input::FormText;
use crate::http::{Page, PageFault, Redirect, own_path};
use crate::roles::Role;
use crate::sessions::{Caller, Staff, Visitor};

const PAGE: &str = "/invitations-form";

/// `GET /invitations-form`
pub(super) async fn form(
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
    let state = parameter("state").filter(|state| InvitationState::NAMES.contains(&state.as_str()));
    let part = InvitationQuery {
        skip: skip.unwrap_or(0).into(),
        state,
        ..InvitationQuery::default()
    };
    let page = blank().with("notice", parameter("done").as_deref().and_then(notice));
    show(&app, &caller, (&part, page)).await
}

/// `POST /invitations-form`
pub(super) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    form: FormText,
) -> Result<Response> {
    let Some(caller) = presser(&app, visitor, &form)? else {
        return Ok(Redirect::see_other("/login-form").into_response());
    };
    let staff = Staff::of(&caller)?;
    let invited = match form.read::<NewInvitation>(&app) {
        Ok(new) => create(&app, &staff, &new).await.map(drop),
        Err(error) => Err(error),
    };
    match invited {
        Ok(()) => Ok(done("invited")),
        Err(error) => {
            let typed = json!({"email": form.get("email"), "role": form.get("role")});
            failed(&app, &caller, (error, typed)).await
        }
    }
}

/// The page again, with what was wrong.
pub(super) async fn failed(
    app: &App,
    caller: &Caller,
    (error, typed): (Error, Value),
) -> Result<Response> {
    let fault = PageFault::of(error)?;
    let page = blank().because(&fault).with("form", typed);
    let page = page
        .with("fault", fault.general)
        .with("faults", fault.fields);
    show(app, caller, (&InvitationQuery::default(), page)).await
}

fn blank() -> Page {
    Page::new("invitations/list.html")
}

async fn show(
    app: &App,
    caller: &Caller,
    (part, page): (&InvitationQuery, Page),
) -> Result<Response> {
    let staff = Staff::of(caller)?;
    let known = list(app, &staff, part).await?;
    let shown = i64::try_from(known.items.len()).unwrap_or(i64::MAX);
    let next = part.skip.saturating_add(shown);
    let rows: Vec<Value> = known.items.iter().map(|item| row(&staff, item)).collect();
    let roles = ROLES.into_iter();
    let roles = roles.filter(|role| staff.may_manage(*role).is_ok());
    let roles: Vec<&str> = roles.map(Role::name).collect();
    page.with("viewer", caller.viewer())
        .with("roles", roles)
        .with("rows", rows)
        .with("state", part.state.clone())
        .with("is_first", part.skip == 0)
        .with("next", (next < known.total).then_some(next))
        .with("csrf_token", app.secrets.sign(&form_of(caller)))
        .render(app)
}

/// An invitation, and what the one who looks at it can do with it.
fn row(staff: &Staff, item: &InvitationView) -> Value {
    let may_manage = staff.may_manage(item.role).is_ok();
    let is_open = item.state == InvitationState::Open;
    let is_expired = item.state == InvitationState::Expired;
    json!({
        "id": item.id,
        "email": item.email,
        "role": item.role,
        "state": item.state,
        "inviter": item.inviter,
        "by_operator": item.invited_by.is_none(),
        "expires_at": item.expires_at,
        "accepted_at": item.accepted_at,
        "revoked_at": item.revoked_at,
        "can_resend": may_manage && (is_open || is_expired),
        "can_revoke": may_manage && is_open,
    })
}

/// What the button before has done.
fn notice(done: &str) -> Option<&'static str> {
    match done {
        "invited" => Some("The invitation is on its way."),
        "resent" => Some(
            "The invitation is on its way again. The link mailed before does not work any more.",
        ),
        "revoked" => Some("The invitation was taken back."),
        _ => None,
    }
}

/// What the forms' token is made for: this session and no other.
fn form_of(caller: &Caller) -> String {
    format!("form:{}", caller.session)
}

/// Who has pressed a button of this page.
pub(super) fn presser(app: &App, visitor: Visitor, form: &FormText) -> Result<Option<Caller>> {
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

/// Back to the page, so that loading it again sends nothing again.
pub(super) fn done(what: &str) -> Response {
    Redirect::see_other(format!("{PAGE}?done={what}")).into_response()
}
