//! Count what the audit log tells: every entry once, in the order of its chain.

use super::day::Day;
use super::figure::Figure;
use super::store::{self, Counts};
use crate::app::App;
use crate::audit::{self, Event, Happened};
use crate::error::Result;

/// How far it has come: a place of the chain.
const MARK: &str = "entries";

/// Entries that are counted in one transaction.
const AT_ONCE: u32 = 1000;

/// Counts some that are not counted yet; answers whether there may be more.
pub(super) async fn count(app: &App) -> Result<bool> {
    let mark = store::find_mark(&app.db, MARK).await?;
    if audit::list_happened(&app.db, mark, 1).await?.is_empty() {
        return Ok(false);
    }
    let count = app
        .db
        .transaction(|tx| async move {
            // One node at a time: the others wait here, and then see how far it has come.
            store::hold(&tx, app.clock.now()).await?;
            let mark = store::find_mark(&tx, MARK).await?;
            let entries = audit::list_happened(&tx, mark, AT_ONCE).await?;
            let mut counts = Counts::new();
            for entry in &entries {
                if let Some(figure) = figure(entry) {
                    *counts.entry((Day::of(entry.at), figure)).or_default() += 1;
                }
            }
            store::add(&tx, &counts).await?;
            if let Some(last) = entries.last() {
                store::set_mark(&tx, MARK, last.seq).await?;
            }
            Ok::<_, crate::error::Error>(entries.len())
        })
        .await?;
    Ok(count == usize::try_from(AT_ONCE).unwrap_or(usize::MAX))
}

fn figure(entry: &Happened) -> Option<Figure> {
    let is = |event: Event| entry.event == event.code();
    let is_done = entry.outcome == "done";
    if is(Event::Login) {
        return Some(if is_done {
            Figure::LogIns
        } else {
            Figure::Failures
        });
    }
    let makes_account = [
        Event::Registered,
        Event::AccountCreated,
        Event::InvitationAccepted,
    ];
    if is_done && makes_account.into_iter().any(is) {
        return Some(Figure::SignUps);
    }
    is(Event::LockedOut).then_some(Figure::LockOuts)
}
