//! Jobs: work that a request leaves behind, so that its answer tells nothing by the time it takes.
//!
//! A job is a row written with its cause. A worker takes it in the transaction of its work: it is done once, or not at all
//! and then again later.

mod store;
mod work;

use serde_json::Value;
use tokio::sync::Notify;

pub(crate) use store::STATEMENTS;
pub use work::{Handler, Work, run, run_due};

use crate::app::App;
use crate::db::Run;
use crate::error::{Error, Result};
use crate::ids::JobId;

/// Wakes the worker, so that a job is done at once. Without a call it is done within a second.
#[derive(Default)]
pub struct Bell(Notify);

impl Bell {
    /// Says that jobs have been committed.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    async fn heard(&self) {
        self.0.notified().await;
    }
}

/// Leaves a job of `kind` behind. Call [`Bell::ring`] on `app.bell` after the commit.
pub async fn enqueue(run: &impl Run, app: &App, kind: &'static str, about: &Value) -> Result<()> {
    let id = JobId::new();
    let plain = serde_json::to_vec(about).map_err(|error| Error::Internal(error.to_string()))?;
    let sealed = app.secrets.seal(&place(id), &plain);
    Ok(store::insert(run, id, (kind, &sealed), app.clock.now()).await?)
}

/// The job of one row cannot be opened as that of another.
fn place(id: JobId) -> String {
    format!("job:{id}")
}
