//! The section of the console on which staff invite people, and see what has become of their invitations.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::create::{NewInvitation, create};
use super::list::{InvitationQuery, list};
use super::model::ROLES;
use super::{InvitationView, State as InvitationState};
use crate::app::App;
use crate::console::{Address, Desk, Pressed, Section, back};
use crate::error::{Error, Result};
use crate::http::{Page, PageFault, Redirect};
use crate::roles::Role;
use crate::sessions::Staff;

/// Where the section is.
pub(super) const PAGE: &str = "/admin/invitations";

/// Where the pages of people are.
const PEOPLE: &str = "/admin/people";

/// `GET /admin/invitations`
pub(super) async fn page(State(app): State<App>, desk: Desk) -> Result<Response> {
    let notice = desk.address.get("done").and_then(notice);
    let page = blank(&app, &desk).with("notice", notice);
    show(&app, &desk, page).await
}

/// `POST /admin/invitations`
pub(super) async fn submit(
    State(app): State<App>,
    Pressed { desk, form }: Pressed,
) -> Result<Response> {
    let invited = match form.read::<NewInvitation>(&app) {
        Ok(new) => create(&app, &desk.staff, &new).await.map(drop),
        Err(error) => Err(error),
    };
    match invited {
        Ok(()) => Ok(back(PAGE, "invited")),
        Err(error) => {
            let typed = json!({"email": form.get("email"), "role": form.get("role")});
            failed(&app, &desk, (error, typed)).await
        }
    }
}

/// `GET /invitations-form`, where this was before: links to it go on working, with what was chosen there.
pub(super) async fn moved(RawQuery(query): RawQuery) -> Response {
    let query = query.filter(|query| !query.is_empty());
    let to = query.map_or_else(|| PAGE.to_owned(), |query| format!("{PAGE}?{query}"));
    Redirect::see_other(to).into_response()
}

/// The page again, with what was wrong.
pub(super) async fn failed(
    app: &App,
    desk: &Desk,
    (error, typed): (Error, Value),
) -> Result<Response> {
    let fault = PageFault::of(error)?;
    let page = blank(app, desk).because(&fault).with("form", typed);
    let page = page
        .with("fault_text", fault.general)
        .with("faults", fault.fields);
    show(app, desk, page).await
}

fn blank(app: &App, desk: &Desk) -> Page {
    desk.page(app, "invitations/list.html", Section::Invitations)
}

/// The part of the list that the address asks for, as far as it can be understood.
fn part(desk: &Desk) -> InvitationQuery {
    let address = &desk.address;
    let skip = address
        .get("skip")
        .and_then(|skip| skip.parse::<u32>().ok());
    let state = address
        .get("state")
        .filter(|state| InvitationState::NAMES.contains(state));
    InvitationQuery {
        skip: skip.unwrap_or(0).into(),
        state: state.map(str::to_owned),
        ..InvitationQuery::default()
    }
}

async fn show(app: &App, desk: &Desk, page: Page) -> Result<Response> {
    let part = part(desk);
    let staff = &desk.staff;
    let known = list(app, staff, &part).await?;
    let shown = i64::try_from(known.items.len()).unwrap_or(i64::MAX);
    let next = part.skip.saturating_add(shown);
    let rows: Vec<Value> = known.items.iter().map(|item| row(staff, item)).collect();
    let roles = ROLES.into_iter();
    let roles = roles.filter(|role| staff.may_manage(*role).is_ok());
    let roles: Vec<&str> = roles.map(Role::name).collect();
    // A button that was refused is shown at its own address: links lead to the list and nowhere else.
    let list = Address::of(PAGE, "").with(&[("state", part.state.as_deref())]);
    let to = |skip: i64| list.with(&[("skip", Some(&skip.to_string()))]).href();
    page.with("roles", roles)
        .with("rows", rows)
        .with("state", part.state.clone())
        .with("total", known.total)
        .with("first", (part.skip > 0).then(|| list.href()))
        .with("next", (next < known.total).then(|| to(next)))
        .with("is_first", part.skip == 0)
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
        "account": item.account_id.map(|id| format!("{PEOPLE}/{id}")),
        "created_at": item.created_at,
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
