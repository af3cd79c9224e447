//! The pipeline: one thread reads and judges, and the next thousand accounts wait while the last thousand are written.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use super::judge::{Candidate, Judge};
use super::read::{Row, Source};
use super::report::{Issue, Report};
use super::systems::{Reader, Settings};
use crate::app::App;
use crate::error::{Error, Result};

/// Accounts that are inserted together: a commit for each would cost more than the rows, and more of them would keep a running server
/// waiting.
const AT_ONCE: usize = 1000;
/// Batches that wait.
const WAITING: usize = 2;

/// Accounts that were read together, and what was found about the rows.
#[derive(Default)]
pub(super) struct Batch {
    pub candidates: Vec<Candidate>,
    pub report: Report,
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Rows that are done.
    pub rows: u64,
    /// The part of the source that has been read, from 0 to 1, when its size is known.
    pub part: Option<f64>,
}

/// What tells the progress while the source itself is being read elsewhere.
pub(super) struct Meter {
    done: Arc<AtomicU64>,
    total: Option<u64>,
}

impl Meter {
    pub fn of(source: &Source) -> Self {
        Self {
            done: Arc::clone(&source.done),
            total: source.total,
        }
    }

    pub fn progress(&self, rows: u64) -> Progress {
        let done = self.done.load(Ordering::Relaxed);
        let part = self.total.filter(|total| *total > 0).map(|total| {
            let thousandths = done.saturating_mul(1000) / total;
            f64::from(u32::try_from(thousandths.min(1000)).unwrap_or(1000)) / 1000.0
        });
        Progress { rows, part }
    }
}

/// Begins to read. The batches end when the source does, or when nobody takes them any more.
pub(super) fn start(
    app: &App,
    source: Source,
    mut settings: Settings,
) -> Result<mpsc::Receiver<Batch>> {
    let reader = Reader::new(&mut settings, app.clock.now()).map_err(Error::Internal)?;
    let judge = Judge::new(&settings);
    let (sender, receiver) = mpsc::channel(WAITING);
    let worker = Worker {
        app: app.clone(),
        reader,
        judge,
        sender,
    };
    std::thread::Builder::new()
        .name("import".to_owned())
        .spawn(move || worker.run(source))
        .map_err(|error| Error::Internal(format!("no thread could be started: {error}")))?;
    Ok(receiver)
}

struct Worker {
    app: App,
    reader: Reader,
    judge: Judge,
    sender: mpsc::Sender<Batch>,
}

impl Worker {
    fn run(mut self, source: Source) {
        let mut batch = Batch::default();
        for row in source.into_rows() {
            self.take(row, &mut batch);
            let is_full =
                batch.candidates.len() >= AT_ONCE || batch.report.read >= 10 * AT_ONCE as u64;
            if is_full
                && self
                    .sender
                    .blocking_send(std::mem::take(&mut batch))
                    .is_err()
            {
                return;
            }
        }
        batch.report.unknown_fields = self.reader.unknown;
        batch.report.complete = true;
        // Whoever has stopped taking knows why.
        let _ = self.sender.blocking_send(batch);
    }

    fn take(&mut self, row: Row, batch: &mut Batch) {
        let report = &mut batch.report;
        report.read += 1;
        let line = row.line;
        let record = match row.fields.and_then(|fields| self.reader.read(fields)) {
            Ok(Some(record)) => record,
            Ok(None) => {
                report.skipped += 1;
                return;
            }
            Err(why) => return report.note(Issue::refused(line, None, why)),
        };
        let email = record.email.clone();
        match self.judge.judge(&self.app, (line, record), report) {
            Ok((candidate, changes)) => {
                for change in changes {
                    report.note(Issue::changed(line, candidate.email.as_str(), change));
                }
                batch.candidates.push(candidate);
            }
            Err(why) => report.note(Issue::refused(line, email, why)),
        }
    }
}
