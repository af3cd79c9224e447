//! `gatepost migrate`: the database as this release wants it.

use serde_json::json;
use tokio::runtime::Builder;

use super::args::{Format, Settings};
use super::failure::{Failure, Outcome};
use super::{block_on, data_folder, logging, output};
use crate::app;

/// Applies what is missing; also what every start of the server does.
pub(super) fn run(settings: &Settings, format: Format) -> Outcome {
    let config = settings.config()?;
    logging::start_quietly(&config, settings.is_verbose())?;
    data_folder::prepare(&config)?;
    block_on(&mut Builder::new_current_thread(), async {
        let (db, applied) = app::open_database(&config).await.map_err(Failure::Failed)?;
        db.close().await;
        if format.json {
            return output::json(&json!({"applied": applied}));
        }
        output::say(&match applied {
            0 => "The database is up to date.".to_owned(),
            1 => "1 migration was applied.".to_owned(),
            count => format!("{count} migrations were applied."),
        })
    })
}
