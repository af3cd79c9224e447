//! Count the mails of the queue, up to a number that is enough to know.
//!
//! Doors: the console at `/admin/mail`, `gatepost mail count`.

use super::require_admin;
use crate::app::App;
use crate::error::Result;
use crate::mail::{self, QueueCounts};
use crate::sessions::Staff;

/// The queue in numbers.
pub async fn count(app: &App, by: &Staff) -> Result<QueueCounts> {
    require_admin(by)?;
    mail::queue_counts(app).await
}
