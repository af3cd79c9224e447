//! The list of people: search, filters, order, columns, and a choice of many to do something to.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::act::Act;
use super::{columns, page_of, question, search};
use crate::accounts::{self, Account};
use crate::app::App;
use crate::console::{Desk, Outcomes, Section, Told};
use crate::error::Result;
use crate::ids::AccountId;
use crate::roles::Role;

/// `GET /admin/people`
pub(super) async fn page(State(app): State<App>, desk: Desk) -> Result<Response> {
    let address = &desk.address;
    let find = search::read(address);
    let found = accounts::walk(&app, &desk.staff, &find).await?;
    let now = app.clock.now();
    let row = |account: &Account| {
        json!({
            "id": account.id,
            "email": account.email,
            "href": page_of(account.id),
            "cells": columns::cells(address, account, now),
        })
    };
    let next = found.next_cursor.as_deref();
    let next = next.map(|cursor| address.with(&[("cursor", Some(cursor))]).href());
    let first = find
        .cursor
        .as_ref()
        .map(|_| address.with(&[("cursor", None)]).href());
    let outcomes = outcomes(&app, &desk).await?;
    desk.page(&app, "people/list.html", Section::People)
        .with("chosen", chosen(&desk))
        .with("roles", json!(roles()))
        .with("choices", columns::choices(address))
        .with("heads", columns::heads(address, &find.order()))
        .with("rows", found.items.iter().map(row).collect::<Vec<_>>())
        .with("acts", json!(acts()))
        .with("back", address.with(&[]).query())
        .with("is_filtered", is_filtered(&desk))
        .with("is_early", found.is_early)
        .with("is_cut", found.is_cut)
        .with("next", next)
        .with("first", first)
        .with("notice", address.get("done").and_then(notice))
        .with("outcomes", outcomes)
        .render(&app)
}

fn notice(done: &str) -> Option<&'static str> {
    Act::of(done)
        .filter(|act| *act == Act::Delete)
        .map(Act::done)
}

/// What was chosen, for the form to show again.
fn chosen(desk: &Desk) -> Value {
    let names = [
        "q",
        "role",
        "verified",
        "locked",
        "created_from",
        "created_to",
        "seen_from",
        "seen_to",
        "sort",
    ];
    let pairs = names.map(|name| (name.to_owned(), desk.address.get(name).into()));
    Value::Object(pairs.into_iter().collect())
}

fn is_filtered(desk: &Desk) -> bool {
    let pairs = desk.address.pairs().iter();
    let mut names = pairs.map(|(name, _)| name.as_str());
    names.any(|name| !matches!(name, "sort" | "cursor" | "column" | "done" | "outcome"))
}

fn roles() -> Vec<(&'static str, &'static str)> {
    let roles = Role::ALL.into_iter();
    let roles = roles.map(|role| (role.name(), question::words(role)));
    [("", "Any")].into_iter().chain(roles).collect()
}

/// What can be done to many, and the files that can be made of them.
fn acts() -> Vec<(&'static str, &'static str)> {
    let acts = Act::ALL.iter().map(|act| (act.code(), act.button()));
    acts.chain([
        ("export-csv", "Export as CSV"),
        ("export-json", "Export as JSON"),
    ])
    .collect()
}

/// What has become of those that something was done to, each by its address if there is one still.
async fn outcomes(app: &App, desk: &Desk) -> Result<Option<Value>> {
    let Some(Outcomes(rows)) = Outcomes::of(app, desk) else {
        return Ok(None);
    };
    let mut shown = Vec::new();
    for (id, told) in &rows {
        let id = AccountId(*id);
        let account = accounts::show(app, &desk.staff, id).await.ok();
        shown.push(json!({
            "who": account.as_ref().map_or_else(|| id.to_string(), |account| account.email.clone()),
            "href": account.map(|account| page_of(account.id)),
            "words": told.words(),
            "is_done": *told == Told::Done,
        }));
    }
    let done = rows.iter().filter(|(_, told)| *told == Told::Done).count();
    let act = desk.address.get("done").and_then(Act::of).map(Act::button);
    Ok(Some(
        json!({"act": act, "rows": shown, "done": done, "all": rows.len()}),
    ))
}
