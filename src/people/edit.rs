//! The form by which staff change somebody's profile.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::page_of;
use crate::accounts::{self, Account, AccountChange};
use crate::app::App;
use crate::console::{Desk, Pressed, Section, back};
use crate::error::{Error, Result};
use crate::http::input::Anyone;
use crate::http::{Checked, Page, PageFault};
use crate::ids::AccountId;

/// `GET /admin/people/{user_id}/edit`
pub(super) async fn page(
    State(app): State<App>,
    desk: Desk,
    Checked(_, id): Checked<Anyone, AccountId>,
) -> Result<Response> {
    let account = accounts::show(&app, &desk.staff, id).await?;
    desk.staff.may_manage(account.highest_role())?;
    blank(&app, &desk, &account)
        .with("form", shown(&account))
        .render(&app)
}

/// `POST /admin/people/{user_id}/edit`
pub(super) async fn submit(
    State(app): State<App>,
    Pressed { desk, form }: Pressed,
    Checked(_, id): Checked<Anyone, AccountId>,
) -> Result<Response> {
    let before = accounts::show(&app, &desk.staff, id).await?;
    let changed = match form.read_emptied::<AccountChange>(&app) {
        Ok(change) => {
            // The role has a question of its own, for which the password is asked.
            let change = AccountChange {
                role: None,
                ..change
            };
            accounts::update(&app, &desk.staff, id, change).await
        }
        Err(error) => Err(error),
    };
    match changed {
        Ok(account) => {
            let typed = form.get("email");
            let is_moving = !typed.is_empty() && typed != account.email;
            Ok(back(
                &page_of(id),
                if is_moving { "moving" } else { "saved" },
            ))
        }
        Err(error @ (Error::Problem(_) | Error::Invalid(_) | Error::TryLater(..))) => {
            let fault = PageFault::of(error)?;
            blank(&app, &desk, &before)
                .because(&fault)
                .with("form", Value::Object(form.fields().clone()))
                .with("fault_text", fault.general)
                .with("faults", fault.fields)
                .render(&app)
        }
        Err(error) => Err(error),
    }
}

fn blank(app: &App, desk: &Desk, account: &Account) -> Page {
    desk.page(app, "people/edit.html", Section::People)
        .with("email", account.email.clone())
        .with("back", page_of(account.id))
}

fn shown(account: &Account) -> Value {
    json!({
        "email": account.email,
        "nickname": account.nickname,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "bio": account.bio,
        "profile_picture_url": account.profile_picture_url,
        "linkedin_profile_url": account.linkedin_profile_url,
        "github_profile_url": account.github_profile_url,
    })
}
