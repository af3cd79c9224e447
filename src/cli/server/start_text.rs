//! What the server says when it starts: where it is, where to begin, and who becomes administrator.

use std::fmt::Write;

use crate::app::App;
use crate::cli::failure::Outcome;
use crate::config::{Config, DatabaseKind};
use crate::error::Error;
use crate::{accounts, mail, registration};

/// The text for the terminal.
pub(super) async fn of(app: &App) -> Outcome<String> {
    let config = &app.config;
    let mut text = format!("Gatepost {} is running.\n\n", env!("CARGO_PKG_VERSION"));
    for (name, value) in places(config) {
        // Writing into a string does not fail.
        let _ = writeln!(text, "  {name:<10} {value}");
    }
    text.push('\n');
    for sentence in [administrator(app).await?, mail::warning(config)]
        .into_iter()
        .flatten()
    {
        let _ = writeln!(text, "{sentence}");
    }
    text.push_str("Ctrl-C stops it.\n");
    Ok(text)
}

fn places(config: &Config) -> Vec<(&'static str, String)> {
    let url = config.public_url();
    let mut places = vec![("Address", url.clone())];
    if !config.development() {
        places.push(("Listening", config.listen.clone()));
    }
    places.push(("Try it", format!("{url}/docs")));
    if mail::is_dev_mailbox(config) {
        places.push(("Mailbox", format!("{url}/dev/mail")));
    }
    places.push(("Data", config.data.display().to_string()));
    places.push((
        "Database",
        match config.database() {
            DatabaseKind::Sqlite(path) => format!("SQLite, {}", path.display()),
            // Not its address: a password may stand in it.
            DatabaseKind::Postgres(_) => format!("PostgreSQL, {}", config.database.url),
        },
    ));
    places
}

/// Who becomes administrator, while there is none.
async fn administrator(app: &App) -> Outcome<Option<String>> {
    if registration::awaits_first(app).await? {
        return Ok(Some(
            "The first account to register becomes the administrator.".into(),
        ));
    }
    if let Some(link) = registration::claim_link(app).await? {
        return Ok(Some(format!(
            "There is no administrator yet. Whoever opens this link first becomes one:\n  {link}"
        )));
    }
    if accounts::store::has_admin(&app.db)
        .await
        .map_err(Error::from)?
    {
        return Ok(None);
    }
    Ok(Some(
        "There is no administrator: `gatepost user create --role ADMIN` makes one.".into(),
    ))
}
