//! Environment variables: `GATEPOST_DATABASE_URL` sets `database.url`.

use std::path::PathBuf;

use super::load::{Loaded, Origin};
use super::values::Raw;
use super::{settings, suggest};

/// What a variable of Gatepost's begins with.
const PREFIX: &str = "GATEPOST_";

/// The variable that names the settings file.
const FILE: &str = "GATEPOST_CONFIG";

/// The settings file that the environment names.
pub(super) fn file(environment: &[(String, String)]) -> Option<PathBuf> {
    let (_, value) = environment
        .iter()
        .find(|(name, value)| name == FILE && !value.is_empty())?;
    Some(value.into())
}

/// Reads the variables into `loaded`. One that is unknown is a fault: a misspelt setting must not
/// be ignored.
pub(super) fn read(loaded: &mut Loaded, environment: &[(String, String)]) -> Result<(), String> {
    for (variable, value) in environment {
        let Some(name) = variable
            .strip_prefix(PREFIX)
            .filter(|name| !is_foreign(name, value))
        else {
            continue;
        };
        match settings::keys().find(|key| key.variable() == *variable) {
            Some(key) => {
                let origin = Origin::Environment(variable.clone());
                loaded.set(key, &Raw::Text(value.clone()), origin)?;
            }
            None => return Err(stranger(variable, name)),
        }
    }
    Ok(())
}

fn stranger(variable: &str, name: &str) -> String {
    let hint = match suggest::nearest(name) {
        Some(key) => format!("did you mean {}?", key.variable()),
        None => "config.default.toml lists all settings".to_owned(),
    };
    format!("environment: unknown variable {variable}; {hint}")
}

/// Variables that begin as ours do and set nothing: those of the tests, and those that Kubernetes
/// puts into every container beside a service named `gatepost`.
fn is_foreign(name: &str, value: &str) -> bool {
    let of_tests = name == "CONFIG" || name == "BINARY" || name.starts_with("TEST_");
    let of_service = name == "SERVICE_HOST" || name.starts_with("SERVICE_PORT");
    let link = name == "PORT" && (value.starts_with("tcp://") || value.starts_with("udp://"));
    of_tests || of_service || link || name.starts_with("PORT_")
}
