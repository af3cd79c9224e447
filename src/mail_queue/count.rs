//! Count the mails of the queue, up to a number that is enough to know.
//!
//! Doors: the console at `/admin/mail`, `gatepost mail count`.

use crate::app::App;
use crate::error::Result;
use crate::mail::{self, QueueCounts};
use crate::sessions::Admin;

/// The queue in numbers.
pub async fn count(app: &App, _by: &Admin) -> Result<QueueCounts> {
    mail::queue_counts(app).await
}
