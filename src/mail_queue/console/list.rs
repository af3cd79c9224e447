//! The page: the queue in numbers, and the mails that were asked for.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::super::{MailQuery, count, list};
use super::{PAGE, give_up};
use crate::app::App;
use crate::clock::Timestamp;
use crate::console::{Address, Desk, Section};
use crate::error::Result;
use crate::http::PageFault;
use crate::mail::{self, QueueCounts, Queued};
use crate::sessions::Admin;

/// Mails of a page.
const PART: u32 = 25;

/// `GET /admin/mail`
pub(super) async fn page(State(app): State<App>, desk: Desk) -> Result<Response> {
    desk.admin(&app).await?;
    show(&app, &desk, None).await
}

/// The page, perhaps with what could not be done.
pub(super) async fn show(app: &App, desk: &Desk, fault: Option<PageFault>) -> Result<Response> {
    let address = &desk.address;
    let query = read(address);
    let admin = Admin::of(&desk.staff)?;
    let counts = count(app, &admin).await?;
    let found = list(app, &admin, &query).await?;
    let now = app.clock.now();
    let mails = found.items.iter();
    let back = address.with(&[]).query();
    let mails: Vec<Value> = mails.map(|mail| shown(mail, (&back, now))).collect();
    let next = found.next_cursor;
    let next = next.map(|cursor| address.with(&[("cursor", Some(&cursor))]).href());
    let first = query.cursor.is_some();
    let first = first.then(|| address.with(&[("cursor", None)]).href());
    let page = desk.page(app, "mail_queue/console.html", Section::Mail);
    let page = match fault {
        Some(fault) => page
            .because(&fault)
            .with("fault", fault.general.unwrap_or_default()),
        None => page,
    };
    page.with("action", PAGE)
        .with("figures", figures(&counts))
        .with("oldest_at", json!(counts.oldest_at))
        .with("has_unsent", counts.waiting + counts.dead > 0)
        .with("warning", mail::warning(&app.config))
        .with(
            "chosen",
            json!({"state": address.get("state"), "to": address.get("to")}),
        )
        .with("is_filtered", query.state.is_some() || query.to.is_some())
        .with("back", back)
        .with("mails", mails)
        .with("first", first)
        .with("next", next)
        .with("notice", address.get("done").and_then(notice))
        .render(app)
}

/// What is no filter or no value of one is left out: the page shows what holds.
fn read(address: &Address) -> MailQuery {
    let to = address.get("to").map(str::trim);
    let state = address.get("state");
    let states = mail::State::ALL.into_iter();
    let cursor = address.get("cursor");
    MailQuery {
        state: state.and_then(|name| states.into_iter().find(|state| state.name() == name)),
        to: to
            .filter(|to| !to.is_empty() && !to.contains('\0'))
            .map(str::to_owned),
        cursor: cursor
            .filter(|cursor| cursor.parse::<mail::Spot>().is_ok())
            .map(str::to_owned),
        limit: PART,
    }
}

/// The numbers, by the names by which they are renewed while somebody looks.
fn figures(counts: &QueueCounts) -> Value {
    let figures = [
        ("mail_waiting", "Wait", counts.waiting),
        ("mail_retrying", "Of these, tried in vain", counts.retrying),
        ("mail_dead", "Given up in 30 days", counts.dead),
        ("mail_sent", "Sent in 24 hours", counts.sent),
    ];
    let figures = figures.map(|(id, name, count)| json!({"id": id, "name": name, "value": counts.words(count), "is_said": id != "mail_sent"}));
    json!(figures)
}

fn notice(done: &str) -> Option<&'static str> {
    match done {
        "retried" => Some("It is tried again now."),
        "all-retried" => Some("All mails that wait or were given up are tried again now."),
        "dropped" => Some("The mail is given up for good."),
        _ => None,
    }
}

fn shown(mail: &Queued, (back, now): (&str, Timestamp)) -> Value {
    let is_waiting = mail.state == mail::State::Waiting;
    let state = match mail.state {
        mail::State::Sent => "sent",
        mail::State::Dead => "given up",
        mail::State::Waiting if mail.attempts > 0 => "retrying",
        mail::State::Waiting => "waiting",
    };
    json!({
        "id": mail.id,
        "to": mail.recipient,
        "kind": mail.kind.as_deref().map(|kind| kind.replace(['/', '_'], " ")),
        "state": state,
        "is_bad": mail.state == mail::State::Dead,
        "is_open": is_waiting,
        "created_at": mail.created_at,
        "done_at": mail.sent_at.or(mail.dead_at),
        // What is due is tried within a second.
        "next_at": mail.due_at.filter(|due| *due > now),
        "is_due": mail.due_at.is_some_and(|due| due <= now),
        "tries": mail.attempts,
        "error": mail.last_error,
        "may_retry": mail.may_retry(now),
        "drop_href": give_up::question(mail.id, back),
        "may_drop": is_waiting || mail.may_retry(now),
    })
}
