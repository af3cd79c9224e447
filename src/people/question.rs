//! The question before an act: what will happen, to whom, and which role if it is about one.

use serde_json::{Value, json};

use super::act::Act;
use crate::app::App;
use crate::console::{Desk, Section};
use crate::http::Page;
use crate::roles::Role;

/// The page that asks; what it is about, and where its form goes, is for the caller to add.
pub(super) fn ask(app: &App, desk: &Desk, act: Act) -> Page {
    let page = desk
        .page(app, "console/question.html", Section::People)
        .with("button", act.button())
        .with("consequence", act.consequence())
        .with("is_danger", act.is_harsh());
    if act == Act::SetRole {
        page.with("choice", roles(desk))
    } else {
        page
    }
}

/// The roles that this one may give.
fn roles(desk: &Desk) -> Value {
    let names = Role::ALL
        .into_iter()
        .filter(|role| *role != Role::Anonymous);
    let given = names.filter(|role| desk.staff.may_manage(*role).is_ok());
    let options: Vec<(&str, &str)> = given.map(|role| (role.name(), words(role))).collect();
    json!({"name": "role", "label": "New role", "options": options, "chosen": "AUTHENTICATED"})
}

/// A role in words.
pub(super) fn words(role: Role) -> &'static str {
    match role {
        Role::Anonymous => "Unverified",
        Role::Authenticated => "Member",
        Role::Manager => "Manager",
        Role::Admin => "Administrator",
    }
}
