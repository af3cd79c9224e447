//! Something is done to one person: the question, and the act.

use axum::extract::State;
use axum::response::Response;

use super::act::Act;
use super::{LIST, page_of, question, show};
use crate::accounts;
use crate::app::App;
use crate::console::{Desk, Pressed, back};
use crate::error::{Problem, Result};
use crate::http::input::Anyone;
use crate::http::{Checked, PageFault};
use crate::ids::AccountId;
use crate::roles::Role;

fn address(id: AccountId, act: Act) -> String {
    format!("{}/act/{}", page_of(id), act.code())
}

fn find(desk: &Desk) -> Result<Act> {
    let act = Act::of(desk.address.last_part());
    Ok(act.ok_or(Problem::NotFound)?)
}

/// `GET /admin/people/{user_id}/act/{act}`
pub(super) async fn page(
    State(app): State<App>,
    desk: Desk,
    Checked(_, id): Checked<Anyone, AccountId>,
) -> Result<Response> {
    let act = find(&desk)?;
    let account = accounts::show(&app, &desk.staff, id).await?;
    desk.staff.may_manage(account.highest_role())?;
    if act.is_dangerous()
        && let Some(redirect) = desk.must_confirm(&app, &address(id, act))
    {
        return Ok(redirect);
    }
    question::ask(&app, &desk, act)
        .with("question", format!("{}?", act.button()))
        .with("about", vec![account.email])
        .with("action", address(id, act))
        .with("back", page_of(id))
        .render(&app)
}

/// `POST /admin/people/{user_id}/act/{act}`
pub(super) async fn submit(
    State(app): State<App>,
    Pressed { desk, form }: Pressed,
    Checked(_, id): Checked<Anyone, AccountId>,
) -> Result<Response> {
    let act = find(&desk)?;
    if act.is_dangerous()
        && let Some(redirect) = desk.must_confirm(&app, &address(id, act))
    {
        return Ok(redirect);
    }
    let role = form.get("role").parse::<Role>().ok();
    match act.perform(&app, &desk.staff, (id, role)).await {
        Ok(()) if act == Act::Delete => Ok(back(LIST, act.code())),
        Ok(()) => Ok(back(&page_of(id), act.code())),
        Err(error) => {
            let fault = PageFault::of(error)?;
            show::with_fault(&app, &desk, (id, fault)).await
        }
    }
}
