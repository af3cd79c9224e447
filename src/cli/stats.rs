//! `gatepost stats`: what happens on the server, in numbers.

use clap::Args;
use serde_json::{Map, Value};

use super::args::Format;
use super::failure::Outcome;
use super::{output, system};
use crate::app::App;
use crate::http::input;
use crate::sessions::Staff;
use crate::statistics::{self, Machine, Statistics, StatisticsQuery};

#[derive(Debug, Args)]
pub(super) struct Stats {
    /// The first day (UTC), such as 2026-01-01; 29 days before the last one when it is absent
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The last day (UTC); today when it is absent
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    #[command(flatten)]
    format: Format,
}

/// Adds up what has happened until now, also where no server runs that would do it, and tells it.
pub(super) async fn run(app: &App, args: &Stats) -> Outcome {
    let dates = [("from", &args.from), ("to", &args.to)].into_iter();
    let given: Map<String, Value> = dates
        .filter_map(|(name, date)| Some((name.to_owned(), Value::from(date.clone()?))))
        .collect();
    let query: StatisticsQuery = input::judge_object(app, &given)?;
    statistics::roll_up(app).await?;
    let mut figures = statistics::show(app, &Staff::operator(), &query).await?;
    // This process hashes nothing: what the machine does, the server knows.
    let node = system::ask(&app.config).await.ok();
    figures.machine = node.as_ref().and_then(Machine::read);
    if args.format.json {
        return output::json(&figures);
    }
    output::print(&text(&figures))
}

fn text(figures: &Statistics) -> String {
    let accounts = &figures.accounts;
    let totals = [
        ("Accounts", accounts.total),
        ("Verified", accounts.verified),
        ("Locked", accounts.locked),
        ("Staff", accounts.staff),
        ("Not logged in for 24 hours", accounts.away_24_hours),
        ("Not logged in for 48 hours", accounts.away_48_hours),
        ("Not logged in for a week", accounts.away_week),
        ("Not logged in for a year", accounts.away_year),
        ("Never logged in", accounts.never),
        ("Mails that wait", figures.mail.waiting),
        ("Mails given up", figures.mail.dead),
    ];
    let totals = totals
        .iter()
        .map(|(name, count)| format!("{name:<28}{count:>10}\n"));
    let machine = figures.machine.iter().flat_map(Machine::in_words);
    let machine = machine.map(|(name, value)| format!("{name:<28}{value:>10}\n"));
    let head = "\nDAY          SIGN-UPS   LOG-INS  REFUSED  ACTIVE  IN 7 DAYS  IN 30 DAYS\n";
    let days = figures.days.iter().map(|day| {
        format!(
            "{}  {:>9} {:>9} {:>8} {:>7} {:>10} {:>11}\n",
            day.day,
            day.sign_ups,
            day.log_ins,
            day.failures,
            day.active_day,
            day.active_week,
            day.active_month
        )
    });
    totals
        .chain(machine)
        .chain([head.to_owned()])
        .chain(days)
        .collect()
}
