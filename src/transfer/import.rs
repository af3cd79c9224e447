//! Import the accounts of another system.
//!
//! Door: `gatepost import`.

use std::time::Duration;

use super::batch::{self, Wishes};
use super::invite::Invited;
use super::password;
use super::pipeline::{self, Batch, Meter, Progress};
use super::read::Source;
use super::report::Report;
use super::systems::{Settings, System};
use super::update::Update;
use crate::accounts::store::bulk;
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::Result;
use crate::sessions::Staff;

/// Between two batches, so that a running server gets to write in its turn.
const BREATH: Duration = Duration::from_millis(2);

/// How many times more accounts there are when the database plans anew how to find them.
const GROWTH: u64 = 4;

/// What is to be imported, and how.
pub struct Import {
    /// Where from.
    pub source: Source,
    /// What the rows mean.
    pub settings: Settings,
    /// Write nothing.
    pub dry_run: bool,
    /// What becomes of accounts that are there already; without it, nothing.
    pub update: Option<Update>,
    /// Whom to mail a link by which he chooses a password.
    pub invite: Option<Invited>,
}

/// Imports until the source ends or `told` says no; it is told the progress after each batch.
///
/// Every batch is a transaction. Whoever imports the same source again goes on where the last time ended: who is there is left alone.
pub async fn import(
    app: &App,
    staff: &Staff,
    import: Import,
    mut told: impl FnMut(Progress) -> bool,
) -> Result<Report> {
    let system = import.settings.system;
    let meter = Meter::of(&import.source);
    let wishes = Wishes {
        update: import.update,
        invite: import.invite,
        dry_run: import.dry_run,
    };
    app.db.expect_many_rows().await?;
    let mut batches = pipeline::start(app, import.source, import.settings)?;
    let mut report = Report {
        dry_run: import.dry_run,
        ..Report::default()
    };
    let mut planned_for = 0;
    while let Some(batch) = batches.recv().await {
        if let Err(error) = take(app, batch, wishes, &mut report).await {
            record(app, staff, (system, &report)).await?;
            return Err(error);
        }
        if !report.dry_run && report.imported >= GROWTH * planned_for {
            bulk::renew_plans(&app.db).await?;
            planned_for = report.imported.max(1);
        }
        if !told(meter.progress(report.read)) {
            break;
        }
        tokio::time::sleep(BREATH).await;
    }
    record(app, staff, (system, &report)).await?;
    Ok(report)
}

async fn take(app: &App, mut batch: Batch, wishes: Wishes, report: &mut Report) -> Result<()> {
    let only_new = wishes.update != Some(Update::All);
    if !wishes.dry_run {
        report.rehashed += password::strengthen(app, &mut batch.candidates, only_new).await?;
    }
    let done = batch::insert(app, &batch.candidates, wishes).await?;
    report.imported += done.imported;
    report.present += done.present;
    report.updated += done.updated;
    report.without_password += done.without_password;
    report.unverified += done.unverified;
    report.locked += done.locked;
    report.nicknames_made += done.nicknames_made;
    report.invited += done.invited;
    report.complete = batch.report.complete;
    report.add(batch.report);
    report.add(done);
    Ok(())
}

/// One entry for the run, with what came of it: also of one that was stopped.
async fn record(app: &App, staff: &Staff, (system, report): (System, &Report)) -> Result<()> {
    if report.dry_run {
        return Ok(());
    }
    let note = audit::note(Event::AccountsImported, staff);
    let note = note.with("from", system.name());
    let note = note.with("complete", report.complete);
    let note = note.with("read", report.read);
    let note = note.with("imported", report.imported);
    let note = note.with("present", report.present);
    let note = note.with("updated", report.updated);
    let note = note.with("refused", report.refused);
    let note = note.with("invited", report.invited);
    note.write(app, &app.db).await
}
