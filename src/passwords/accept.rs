//! Accept a new password: the one door for everything that is to be kept as somebody's password.

use serde_json::{Map, Value};

use crate::app::App;
use crate::error::{Error, Result};
use crate::http::input::Faults;

use super::Asker;

/// What somebody is told whose password is known to be stolen.
const STOLEN: &str =
    "This password is in a collection of stolen passwords. A few unrelated words make a good one.";

/// The fields of a form that a person's password must not be made of.
const PERSONAL: [&str; 4] = ["email", "nickname", "first_name", "last_name"];

/// Judges the password that was sent as `field`, by itself and by the person's other fields.
pub fn review(app: &App, sent: &Map<String, Value>, field: &str, faults: &mut Faults) {
    let text = |name: &str| sent.get(name).and_then(Value::as_str);
    let Some(password) = text(field).filter(|_| !faults.names("body", field)) else {
        return;
    };
    let personal: Vec<&str> = PERSONAL.into_iter().filter_map(text).collect();
    if let Some(objection) = app.policy.objection(password, &personal) {
        faults.add_value_error(&["body", field], &objection, Value::Null);
    }
}

/// Refuses a password that the policy has something against. `personal` are the person's address and names, which the
/// form may not have said.
pub fn judge(app: &App, password: &str, personal: &[&str]) -> Result<()> {
    let objection = app.policy.objection(password, personal);
    objection.map_or(Ok(()), |objection| Err(refusal(&objection)))
}

/// The hash of a new password, once nothing is left to be said against it.
///
/// The policy is asked again, then the file and the service that know breached passwords. Everything that sets a
/// password gets its hash here, so that no way around the checks can be forgotten.
pub async fn accept(app: &App, asker: &Asker, password: &str, personal: &[&str]) -> Result<String> {
    judge(app, password, personal)?;
    if app.breached.knows(password, app.clock.now()).await {
        return Err(refusal(STOLEN));
    }
    Ok(app.lane.share(asker.again()).hash(password).await?)
}

/// The same entry that the review of the input makes; `input` is null, because it is a secret.
fn refusal(objection: &str) -> Error {
    let mut faults = Faults::default();
    faults.add_value_error(&["body", "password"], objection, Value::Null);
    Error::Invalid(faults.into_vec())
}
