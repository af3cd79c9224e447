//! Record that somebody asked for what his role does not allow.

use super::Caller;
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::Result;

/// Writes the refusal down.
pub(super) async fn record(app: &App, caller: &Caller) -> Result<()> {
    audit::note(Event::AccessDenied, caller)
        .refused("role")
        .write(app, &app.db)
        .await
}
