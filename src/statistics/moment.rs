//! The figures of this moment: what happens on this day, what waits, and how much this machine has to do.

use serde::Serialize;

use super::show::today;
use crate::app::App;
use crate::error::Result;
use crate::mail::QueueCounts;

/// A figure, as the console shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Moment {
    /// The name by which it is renewed.
    pub id: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// The number.
    pub value: String,
    /// Whether a change is worth saying aloud.
    pub is_said: bool,
}

/// The figures: of the server, and of this process alone.
pub async fn moment(app: &App, mails: &QueueCounts) -> Result<Vec<Moment>> {
    let today = today(app).await?;
    let lane = app.lane.figures();
    let (per_second, busy) = (lane.per_second, 100.0 * lane.busy_share);
    let figures = [
        (
            "failures",
            "Log-ins refused today",
            today.failures.to_string(),
            true,
        ),
        (
            "lock_outs",
            "Locked out today",
            today.lock_outs.to_string(),
            true,
        ),
        (
            "mail_waiting",
            "Mails that wait",
            mails.words(mails.waiting),
            true,
        ),
        ("mail_dead", "Mails given up", mails.words(mails.dead), true),
        (
            "lane_threads",
            "Hashing threads",
            lane.lanes.to_string(),
            false,
        ),
        (
            "lane_per_second",
            "Logins they can do in a second",
            format!("{per_second:.0}"),
            false,
        ),
        (
            "lane_busy",
            "Busy in the last minute",
            format!("{busy:.0} %"),
            false,
        ),
        (
            "lane_queued",
            "Logins that wait just now",
            lane.queued.to_string(),
            false,
        ),
    ];
    let figures = figures.map(|(id, name, value, is_said)| Moment {
        id,
        name,
        value,
        is_said,
    });
    Ok(figures.into())
}
