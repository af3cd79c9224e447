//! Signals: an orderly end, an end at once, and one that ends nothing.

use std::io::{IsTerminal, stdin};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::sleep;

use super::LogWriter;
use crate::app::App;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output;

/// The ways in which somebody says that it is enough, and the one that would end a process which does not listen for it.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
    /// Whether somebody has started it by hand: the terminal that he closes says it by a hangup.
    is_by_hand: bool,
}

impl Signals {
    /// From now on none of them ends the process by itself.
    pub(super) fn listen() -> Outcome<Self> {
        let listen = |kind| {
            signal(kind)
                .map_err(|error| Failure::Failed(format!("signals cannot be received: {error}")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
            is_by_hand: stdin().is_terminal(),
        })
    }

    /// Passes the first one on as an orderly end. A second Ctrl-C ends everything at once.
    pub(super) async fn wait(mut self, app: App, stop: watch::Sender<bool>, log: LogWriter) {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => break,
                _ = self.terminate.recv() => break,
                // With a certificate, whoever follows its files looks at them.
                _ = self.hangup.recv() => match app.config.speaks_tls() {
                    true => {}
                    false if self.is_by_hand => break,
                    false => note_hangup(),
                }
            }
        }
        app.health.drain();
        let _ = output::say(
            "Stopping: running requests are finished first. Ctrl-C again stops at once.",
        );
        // Meanwhile everything is answered as before: whoever sends requests here has to notice first.
        tokio::select! {
            () = sleep(app.config.http.drain_notice.get()) => {}
            _ = self.interrupt.recv() => at_once(&log),
        }
        let _ = stop.send(true);
        self.interrupt.recv().await;
        at_once(&log);
    }
}

/// Without a certificate there is nothing to do, which is no reason to end.
fn note_hangup() {
    tracing::info!(
        "SIGHUP: there is nothing to read again without a certificate; settings are read at the start"
    );
}

/// Ends the process, as a shell expects it of one that was interrupted.
fn at_once(log: &LogWriter) -> ! {
    log.flush();
    std::process::exit(130);
}
