//! Something is done to many people: the question, and the act with an outcome for each.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use uuid::Uuid;

use super::act::Act;
use super::{LIST, export, question};
use crate::accounts;
use crate::app::App;
use crate::console::{Address, Desk, Outcomes, Pressed, Section, Told};
use crate::error::Result;
use crate::http::Redirect;
use crate::ids::AccountId;
use crate::roles::Role;

/// What is to be done.
enum Wish {
    Act(Act),
    Export(export::Kind),
}

impl Wish {
    fn of(code: &str) -> Option<Self> {
        let act = Act::of(code).map(Self::Act);
        act.or_else(|| export::Kind::of(code).map(Self::Export))
    }

    fn is_dangerous(&self) -> bool {
        match self {
            Self::Act(act) => act.is_dangerous(),
            // What has left the server cannot be called back.
            Self::Export(_) => true,
        }
    }
}

/// The most that are done at once: as many as a page has.
const MOST: usize = 50;

/// The chosen ones, from the boxes of the list or from the short form in which they travel.
fn picked(address: &Address) -> Vec<AccountId> {
    let packed = address.get("picked");
    let bytes = packed.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    let bytes = bytes.unwrap_or_default();
    let short = bytes
        .chunks_exact(16)
        .filter_map(|id| Uuid::from_slice(id).ok());
    let long = address
        .all("pick")
        .into_iter()
        .filter_map(|id| id.parse().ok());
    let mut ids: Vec<Uuid> = short.chain(long).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(MOST);
    ids.into_iter().map(AccountId).collect()
}

fn short(ids: &[AccountId]) -> String {
    let bytes: Vec<u8> = ids.iter().flat_map(|id| id.0.into_bytes()).collect();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The list as it was, with what was chosen there.
fn list(back: &str) -> Address {
    Address::of(LIST, back).with(&[])
}

/// `GET /admin/people/act`
pub(super) async fn page(State(app): State<App>, desk: Desk) -> Result<Response> {
    let (code, back) = (
        desk.address.get("act").unwrap_or_default(),
        desk.address.get("back").unwrap_or_default(),
    );
    let ids = picked(&desk.address);
    let Some(wish) = Wish::of(code).filter(|_| !ids.is_empty()) else {
        return Ok(Redirect::see_other(list(back).href()).into_response());
    };
    let picked = short(&ids);
    if wish.is_dangerous() {
        let fields = [
            ("act", Some(code)),
            ("picked", Some(&*picked)),
            ("back", Some(back)),
        ];
        let here = Address::of("/admin/people/act", "").with(&fields).href();
        if let Some(redirect) = desk.must_confirm(&app, &here) {
            return Ok(redirect);
        }
    }
    let mut about = Vec::new();
    for id in &ids {
        let account = accounts::show(&app, &desk.staff, *id).await;
        about.push(account.map_or_else(
            |_| format!("{id}: not there any more"),
            |account| account.email,
        ));
    }
    let (page, what) = match wish {
        Wish::Act(act) => (question::ask(&app, &desk, act), act.button()),
        Wish::Export(kind) => {
            let page = desk.page(&app, "console/question.html", Section::People);
            let page = page.with("button", kind.button());
            (page.with("consequence", export::CONSEQUENCE), kind.button())
        }
    };
    let count = ids.len();
    let people = if count == 1 { "person" } else { "people" };
    page.with("question", format!("{what}: {count} {people}?"))
        .with("about", about)
        .with("action", "/admin/people/act")
        .with(
            "fields",
            json!([["act", code], ["picked", picked], ["back", back]]),
        )
        .with("back", list(back).href())
        .render(&app)
}

/// `POST /admin/people/act`
pub(super) async fn submit(State(app): State<App>, pressed: Pressed) -> Result<Response> {
    let Pressed { desk, form } = pressed;
    let back = form.get("back");
    let sent = Address::of("/admin/people/act", "");
    let (code, picked_text) = (form.get("act"), form.get("picked"));
    let sent = sent.with(&[
        ("act", Some(code)),
        ("picked", Some(picked_text)),
        ("back", Some(back)),
    ]);
    let ids = picked(&sent);
    let Some(wish) = Wish::of(code).filter(|_| !ids.is_empty()) else {
        return Ok(Redirect::see_other(list(back).href()).into_response());
    };
    if wish.is_dangerous()
        && let Some(redirect) = desk.must_confirm(&app, &sent.href())
    {
        return Ok(redirect);
    }
    let act = match wish {
        Wish::Export(kind) => return export::answer(&app, &desk, (kind, &ids)).await,
        Wish::Act(act) => act,
    };
    let role = form.get("role").parse::<Role>().ok();
    let mut outcomes = Outcomes::default();
    for id in ids {
        let done = act.perform(&app, &desk.staff, (id, role)).await;
        outcomes.0.push((id.0, Told::of(done)?));
    }
    let sealed = outcomes.seal(&app, &desk);
    let to = list(back).with(&[("done", Some(code)), ("outcome", Some(&sealed))]);
    Ok(Redirect::see_other(to.href()).into_response())
}
