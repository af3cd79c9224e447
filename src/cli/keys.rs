//! `gatepost keys`: the keys that sign tokens.

use serde_json::json;

use super::args::KeysCommand;
use super::failure::Outcome;
use super::output;
use crate::app::App;
use crate::keys;

/// Does what was asked.
pub(super) async fn run(app: &App, command: KeysCommand) -> Outcome {
    match command {
        KeysCommand::List(format) => list(app, format.json).await,
        KeysCommand::Rotate(format) => rotate(app, format.json).await,
    }
}

async fn list(app: &App, as_json: bool) -> Outcome {
    let set = app.keys.public(app).await?;
    if as_json {
        return output::json(&set);
    }
    for (place, key) in set.keys.iter().enumerate() {
        let kid = key.common.key_id.as_deref().unwrap_or_default();
        output::say(&format!(
            "{kid}  {}",
            if place == 0 { "signs" } else { "verifies" }
        ))?;
    }
    Ok(())
}

async fn rotate(app: &App, as_json: bool) -> Outcome {
    let kid = keys::rotate(app).await?;
    if as_json {
        return output::json(&json!({"kid": kid}));
    }
    output::say(&format!(
        "The key {kid} signs from now on; a running server takes it up within half a minute.\n\
         Tokens signed before stay good until they run out."
    ))
}
