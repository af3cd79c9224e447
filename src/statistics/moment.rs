//! The figures of this moment: what happens on this day, what waits, and how much this machine has to do.

use serde::Serialize;

use super::machine::Machine;
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

/// The names by which the figures of the machine are renewed, in its order.
const OF_MACHINE: [&str; 4] = [
    "lane_threads",
    "lane_per_second",
    "lane_busy",
    "lane_queued",
];

/// The figures: of the server, and of this process alone.
pub async fn moment(app: &App, mails: &QueueCounts) -> Result<Vec<Moment>> {
    let today = today(app).await?;
    let worth_saying = [
        (
            "failures",
            "Log-ins refused today",
            today.failures.to_string(),
        ),
        ("lock_outs", "Locked out today", today.lock_outs.to_string()),
        (
            "mail_waiting",
            "Mails that wait",
            mails.words(mails.waiting),
        ),
        ("mail_dead", "Mails given up", mails.words(mails.dead)),
    ];
    let figure = |(id, name, value), is_said| Moment {
        id,
        name,
        value,
        is_said,
    };
    let machine = Machine::of(app).in_words().into_iter().zip(OF_MACHINE);
    let said = worth_saying.into_iter().map(|each| figure(each, true));
    let machine = machine.map(|((name, value), id)| figure((id, name, value), false));
    Ok(said.chain(machine).collect())
}
