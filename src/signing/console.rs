//! The section of the console with the keys, and the button that makes a new one.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::list::{KeyState, KeyView, list};
use super::rotate::rotate;
use crate::app::App;
use crate::console::{Desk, Pressed, Section, back};
use crate::error::Result;

const PAGE: &str = "/admin/keys";
const ROTATE: &str = "/admin/keys/rotate";

/// `GET /admin/keys`
pub(super) async fn page(State(app): State<App>, desk: Desk) -> Result<Response> {
    let admin = desk.admin(&app).await?;
    let keys = list(&app, &admin).await?;
    desk.page(&app, "signing/list.html", Section::Keys)
        .with("keys", keys.iter().map(row).collect::<Vec<_>>())
        .with("rotate", ROTATE)
        .with("notice", desk.address.get("done").and_then(notice))
        .render(&app)
}

/// What the button before has done.
fn notice(done: &str) -> Option<&'static str> {
    match done {
        "rotated" => {
            Some("A new key signs from now on. Tokens signed before stay good until they run out.")
        }
        "known" => {
            Some("No key was made: since this was asked, another one has begun to sign already.")
        }
        _ => None,
    }
}

fn row(key: &KeyView) -> Value {
    json!({
        "kid": key.kid,
        "algorithm": key.algorithm,
        "signs": key.state == KeyState::Signs,
        "is_over": key.state == KeyState::Over,
        "created_at": key.created_at,
        "retired_at": key.retired_at,
        "accepted_until": key.accepted_until,
    })
}

/// `GET /admin/keys/rotate`
pub(super) async fn question(State(app): State<App>, desk: Desk) -> Result<Response> {
    let admin = desk.admin(&app).await?;
    if let Some(redirect) = desk.must_confirm(&app, ROTATE) {
        return Ok(redirect);
    }
    let keys = list(&app, &admin).await?;
    let signs = keys.iter().find(|key| key.state == KeyState::Signs);
    let signs = signs.map_or("", |key| key.kid.as_str());
    desk.page(&app, "console/question.html", Section::Keys)
        .with("question", "Sign with a new key?")
        .with(
            "consequence",
            "A new key is made and signs all tokens from now on. Nobody is signed out: what the present key has signed stays good \
             until it runs out. Other nodes take the new key up within 30 seconds; a service that keeps a copy of the published keys \
             has to read them again when it meets a key that it does not know.",
        )
        .with("about", vec![format!("Signs at present: {signs}")])
        .with("fields", json!([["instead_of", signs]]))
        .with("action", ROTATE)
        .with("button", "Rotate now")
        .with("back", PAGE)
        .render(&app)
}

/// `POST /admin/keys/rotate`
pub(super) async fn submit(
    State(app): State<App>,
    Pressed { desk, form }: Pressed,
) -> Result<Response> {
    let admin = desk.admin(&app).await?;
    if let Some(redirect) = desk.must_confirm(&app, ROTATE) {
        return Ok(redirect);
    }
    let made = rotate(&app, &admin, Some(form.get("instead_of"))).await?;
    Ok(back(PAGE, made.map_or("known", |_| "rotated")))
}
