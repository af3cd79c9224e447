//! `gatepost user sessions`: where somebody is signed in, and why that ended elsewhere.

use clap::Args;

use super::{One, find};
use crate::app::App;
use crate::cli::failure::Outcome;
use crate::cli::output::{self, plain};
use crate::clock::Timestamp;
use crate::sessions::{Session, SessionQuery, Staff};
use crate::user_sessions;

#[derive(Debug, Args)]
pub(in crate::cli) struct Sessions {
    #[command(flatten)]
    one: One,
    /// How many to pass over
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    skip: u32,
}

const HEADINGS: [&str; 6] = ["DEVICE", "ADDRESS", "SIGNED IN", "LAST USED", "STATE", "ID"];

/// Lists the sessions: open ones first, then those that have ended in the last 30 days.
pub(super) async fn run(app: &App, args: &Sessions) -> Outcome {
    let account = find::find(app, &args.one.who).await?;
    let query = SessionQuery {
        skip: args.skip.into(),
        ..SessionQuery::default()
    };
    let page = user_sessions::list(app, &Staff::operator(), account.id, &query).await?;
    if args.one.format.json {
        return output::json(&page);
    }
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    let next = query.skip.saturating_add(shown);
    let rest = match page.total {
        0 => "No sessions.\n".to_owned(),
        total if next < total => {
            format!("{shown} of {total} sessions; --skip {next} shows more.\n")
        }
        _ => String::new(),
    };
    output::print(&format!("{}{rest}", table(&page.items)))
}

/// The sessions under each other. None of the cells has letters that are not one cell wide.
fn table(sessions: &[Session]) -> String {
    if sessions.is_empty() {
        return String::new();
    }
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(sessions.iter().map(row));
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
    let line = |row: &[String; 6]| {
        let cells = row.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

fn row(session: &Session) -> [String; 6] {
    let minute = |moment: Timestamp| moment.to_string().chars().take(16).collect::<String>() + "Z";
    [
        plain(&session.device),
        plain(&session.address),
        minute(session.created_at),
        minute(session.last_seen_at),
        match (session.ended_at, session.end_reason) {
            (Some(at), Some(why)) => format!("{why} {}", minute(at)),
            _ => "open".to_owned(),
        },
        session.id.to_string(),
    ]
}
