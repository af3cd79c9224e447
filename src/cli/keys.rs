//! `gatepost keys`: the keys that sign tokens.

use serde_json::json;

use super::args::KeysCommand;
use super::failure::Outcome;
use super::output;
use crate::app::App;
use crate::sessions::Admin;
use crate::signing::{self, KeyState, KeyView};

/// Does what was asked.
pub(super) async fn run(app: &App, command: KeysCommand) -> Outcome {
    match command {
        KeysCommand::List(format) => list(app, format.json).await,
        KeysCommand::Rotate(format) => rotate(app, format.json).await,
    }
}

async fn list(app: &App, as_json: bool) -> Outcome {
    let keys = signing::list(app, &Admin::operator()).await?;
    if as_json {
        // With their public halves, so that a service can be given them.
        let public = app.keys.public(app).await?;
        return output::json(&json!({"items": keys, "keys": public.keys}));
    }
    output::print(&keys.iter().map(line).collect::<String>())
}

fn line(key: &KeyView) -> String {
    let (kid, algorithm, made) = (&key.kid, key.algorithm, key.created_at);
    let state = match key.state {
        KeyState::Signs => "signs",
        KeyState::Verifies => "verifies",
        KeyState::Over => "over",
    };
    let until = key.accepted_until.map(|until| format!("  until {until}"));
    format!(
        "{kid}  {algorithm}  {state:<8}  made {made}{}\n",
        until.unwrap_or_default()
    )
}

async fn rotate(app: &App, as_json: bool) -> Outcome {
    let made = signing::rotate(app, &Admin::operator(), None).await?;
    let kid = made.unwrap_or_default();
    if as_json {
        return output::json(&json!({"kid": kid}));
    }
    output::say(&format!(
        "The key {kid} signs from now on; a running server takes it up within half a minute.\n\
         Tokens signed before stay good until they run out."
    ))
}
