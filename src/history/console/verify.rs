//! The button that verifies the chain, a good part of it at a time, and what it has found.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::verify::{self, Verified};
use super::{PAGE, list};
use crate::app::App;
use crate::audit::{Broken, Head};
use crate::clock::Timestamp;
use crate::console::{Address, Desk, Pressed};
use crate::error::{Error, Result};
use crate::http::{PageFault, Redirect};
use crate::sessions::Admin;

/// What a verification has found so far: carried to the next page and to the next press, sealed for the one who has asked.
#[derive(Serialize, Deserialize)]
struct Found {
    /// When it was.
    at: i64,
    /// The last entry that holds.
    head: String,
    expected: Option<String>,
    is_all: bool,
    /// The first thing that is wrong.
    broken: Option<String>,
}

impl Found {
    fn of(app: &App, desk: &Desk, sealed: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let plain = app.secrets.open(&place(desk), &sealed)?;
        serde_json::from_slice(&plain).ok()
    }

    /// Sealed: nobody can send an administrator a link that says the log is whole.
    fn seal(&self, app: &App, desk: &Desk) -> String {
        let plain = json!(self).to_string();
        URL_SAFE_NO_PAD.encode(app.secrets.seal(&place(desk), plain.as_bytes()))
    }
}

fn place(desk: &Desk) -> String {
    format!("verified:{}", desk.caller.account)
}

/// `POST /admin/audit/verify`
pub(super) async fn submit(State(app): State<App>, pressed: Pressed) -> Result<Response> {
    let Pressed { mut desk, form } = pressed;
    desk.admin(&app).await?;
    desk.address = Address::of(PAGE, form.get("back")).with(&[]);
    let before = Found::of(&app, &desk, form.get("so_far")).filter(|found| !found.is_all);
    let typed = form.get("expect");
    let expected = match &before {
        Some(before) => before
            .expected
            .as_deref()
            .and_then(|head| head.parse().ok()),
        None if typed.is_empty() => None,
        None => match typed.parse::<Head>() {
            Ok(head) => Some(head),
            Err(advice) => return refuse(&app, &desk, advice).await,
        },
    };
    let from = before.and_then(|before| before.head.parse().ok());
    let auditor = Admin::of(&desk.staff)?;
    let verified = match verify::verify(&app, &auditor, (from, expected.clone())).await {
        Ok(verified) => verified,
        Err(error @ Error::TryLater(..)) => {
            return list::show(&app, &desk, Some(PageFault::of(error)?)).await;
        }
        Err(error) => return Err(error),
    };
    let found = found(&app, verified, expected.as_ref());
    let sealed = found.seal(&app, &desk);
    let to = desk.address.with(&[("outcome", Some(&sealed))]).href();
    Ok(Redirect::see_other(format!("{to}#chain")).into_response())
}

async fn refuse(app: &App, desk: &Desk, advice: &str) -> Result<Response> {
    let text = format!("This is no head of a chain: {advice}.");
    list::show(app, desk, Some(PageFault::saying(422, text))).await
}

fn found(app: &App, verified: Result<Verified, Broken>, expected: Option<&Head>) -> Found {
    let (head, is_all, broken) = match verified {
        Ok(verified) => (verified.head.to_string(), verified.is_all, None),
        Err(broken) => (String::new(), true, Some(broken.to_string())),
    };
    Found {
        at: app.clock.now().0,
        head,
        expected: expected.map(Head::to_string),
        is_all,
        broken,
    }
}

/// What the page tells of the verification before, if there was one.
pub(super) fn told(app: &App, desk: &Desk) -> Value {
    let sealed = desk.address.get("outcome").unwrap_or_default();
    let Some(found) = Found::of(app, desk, sealed) else {
        return Value::Null;
    };
    let last = found.head.split(':').next().unwrap_or_default();
    json!({
        "at": Timestamp(found.at),
        "last": last,
        "head": found.head,
        "is_all": found.is_all,
        "broken": found.broken,
        "so_far": if found.is_all { "" } else { sealed },
    })
}
