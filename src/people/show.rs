//! The page of one person: profile, role and state, sessions, history, mails, notes, and what can be done.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::act::Act;
use super::{facts, page_of};
use crate::accounts::{self, Account};
use crate::app::App;
use crate::audit::Entry;
use crate::console::{Address, Desk, Section};
use crate::error::Result;
use crate::history::HistoryQuery;
use crate::http::input::Anyone;
use crate::http::{Checked, Page, PageFault};
use crate::ids::AccountId;
use crate::mail::{self, Queued};
use crate::sessions::{Session, SessionQuery};
use crate::{history, notes, sign_in_as, user_sessions, verification};

/// Mails that are shown.
const MAILS: u32 = 20;

/// Sessions that are shown.
const SESSIONS: i64 = 20;

/// `GET /admin/people/{user_id}`
pub(super) async fn page(
    State(app): State<App>,
    desk: Desk,
    Checked(_, id): Checked<Anyone, AccountId>,
) -> Result<Response> {
    let page = desk.page(&app, "people/show.html", Section::People);
    let notice = desk.address.get("done").and_then(notice);
    fill(&app, &desk, (id, page.with("notice", notice)))
        .await?
        .render(&app)
}

/// The page again, with what could not be done.
pub(super) async fn with_fault(
    app: &App,
    desk: &Desk,
    (id, fault): (AccountId, PageFault),
) -> Result<Response> {
    let page = desk.page(app, "people/show.html", Section::People);
    let fields = fault.fields.values().find_map(Value::as_str);
    let text = fault.general.as_deref().or(fields).map(str::to_owned);
    let page = page.because(&fault).with("fault", text);
    fill(app, desk, (id, page)).await?.render(app)
}

/// What the button before has done.
fn notice(done: &str) -> Option<&'static str> {
    let own = match done {
        "saved" => "Saved.",
        "moving" => "Saved. The new address takes effect when its link is followed.",
        "session-ended" => "The session has ended.",
        "note-written" => "The note is written.",
        "note-deleted" => "The note is deleted.",
        _ => return Act::of(done).map(Act::done),
    };
    Some(own)
}

async fn fill(app: &App, desk: &Desk, (id, page): (AccountId, Page)) -> Result<Page> {
    let account = accounts::show(app, &desk.staff, id).await?;
    let may_manage = desk.staff.may_manage(account.highest_role()).is_ok();
    let query = SessionQuery {
        skip: 0,
        limit: SESSIONS,
    };
    let sessions = user_sessions::list(app, &desk.staff, id, &query).await?;
    let notes = notes::list(app, &desk.staff, id).await?;
    let mails = mail::queue_to(app, &account.email, MAILS).await?;
    let pending = verification::pending(app, &app.db, id).await?;
    let page = if may_manage {
        let before = desk.address.get("before");
        let query = HistoryQuery {
            cursor: before.map(str::to_owned),
            ..HistoryQuery::default()
        };
        let part = history::list_of(app, &desk.staff, id, &query).await?;
        let older = part.next_cursor;
        let older = older.map(|cursor| desk.address.with(&[("before", Some(&cursor))]).href());
        let entries: Vec<Value> = part
            .entries
            .iter()
            .map(|entry| happened(id, entry))
            .collect();
        page.with("history", entries)
            .with("older", older)
            .with("is_older", before.is_some())
    } else {
        page
    };
    let moving_to = pending.filter(|email| *email != account.email);
    Ok(page
        .with("who", who(app, &account, moving_to.as_deref()))
        .with("here", page_of(id))
        .with("may_manage", may_manage)
        .with("acts", acts(app, desk, &account))
        .with("session_count", sessions.total)
        .with(
            "sessions",
            sessions.items.iter().map(session).collect::<Vec<_>>(),
        )
        .with("mails_href", mails_href(&account.email))
        .with("mails", mails.iter().map(mailed).collect::<Vec<_>>())
        .with("notes", json!(notes.items)))
}

fn who(app: &App, account: &Account, pending: Option<&str>) -> Value {
    json!({
        "id": account.id,
        "email": account.email,
        "pending_email": pending,
        "nickname": account.nickname,
        "name": facts::full_name(account),
        "bio": account.bio,
        "profile_picture_url": account.profile_picture_url,
        "linkedin_profile_url": account.linkedin_profile_url,
        "github_profile_url": account.github_profile_url,
        "role": facts::role(account),
        "state": facts::state(account, app.clock.now()),
        "is_professional": account.is_professional,
        "verified_at": account.email_verified_at,
        "locked_at": account.locked_at,
        "created_at": account.created_at,
        "updated_at": account.updated_at,
        "last_login_at": account.last_login_at,
    })
}

/// What this one may do to the account, and what makes sense.
fn acts(app: &App, desk: &Desk, account: &Account) -> Vec<Value> {
    if desk.staff.may_manage(account.highest_role()).is_err() {
        return Vec::new();
    }
    let is_locked = account.is_locked(app.clock.now());
    let is_own = desk.staff.account == Some(account.id);
    let fitting = Act::ALL.iter().filter(|act| act.fits(account, is_locked));
    // Nobody does these to himself.
    let allowed =
        fitting.filter(|act| !(is_own && matches!(act, Act::SetRole | Act::Grant | Act::Withdraw)));
    let acts = allowed.map(|act| {
        let href = format!("{}/act/{}", page_of(account.id), act.code());
        json!({"href": href, "words": act.button(), "is_danger": act.is_harsh()})
    });
    let sign_in_as = sign_in_as::may(app, &desk.staff, account).then(|| {
        let href = format!("{}/sign-in-as", page_of(account.id));
        json!({"href": href, "words": "Sign in as this person", "is_danger": false})
    });
    acts.chain(sign_in_as).collect()
}

fn session(session: &Session) -> Value {
    json!({
        "id": session.id,
        "device": session.device,
        "address": session.address,
        "created_at": session.created_at,
        "last_seen_at": session.last_seen_at,
        "ended_at": session.ended_at,
        "ended_because": session.ended_because,
        "support_reason": session.support_reason,
    })
}

/// The mails to an address, in the queue.
fn mails_href(email: &str) -> String {
    let queue = Address::of("/admin/mail", "");
    queue.with(&[("to", Some(email))]).href()
}

fn mailed(mail: &Queued) -> Value {
    let at = mail.sent_at.or(mail.dead_at);
    json!({
        "kind": mail.kind.as_deref().map(|kind| kind.replace(['/', '_'], " ")),
        "created_at": mail.created_at,
        "state": mail.state,
        "at": at,
        "attempts": mail.attempts,
        "error": mail.last_error,
    })
}

fn happened(id: AccountId, entry: &Entry) -> Value {
    let personal = entry.personal.as_deref();
    let personal: Value = personal
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let by = match entry.actor_kind.as_str() {
        "account" if entry.actor_id == Some(id) => "the person",
        "account" => "staff",
        "operator" => "the command line",
        "system" => "the server",
        _ => "somebody not signed in",
    };
    // Where other staff were is their own affair.
    let is_staff = entry.actor_kind == "account" && entry.actor_id != Some(id);
    let address = personal.get("address").filter(|_| !is_staff);
    let is_of_other = entry.account_id.is_some_and(|account| account != id);
    json!({
        "at": entry.at,
        "what": entry.event.replace('_', " "),
        "is_refused": entry.outcome == "refused",
        "reason": entry.reason.as_deref().map(|reason| reason.replace('_', " ")),
        "by": by,
        "to_other": is_of_other,
        "address": address,
    })
}
