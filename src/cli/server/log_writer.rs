//! Log lines on their way out: gathered, and written by a thread of their own.
//!
//! A terminal, a pipe or a journal takes a line when it likes, and a line for each request would cost a system call for
//! each request. A warning is written at once, behind everything that was said before it.

use std::io::{self, Write, stderr};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

use crate::clock::Clock;
use crate::config::LogFormat;

/// How long lines are gathered.
const GATHER: Duration = Duration::from_millis(20);

/// Bytes that wait at most. The server serves on when nobody reads its log; what does not fit is counted.
const MOST: usize = 1024 * 1024;

/// A buffer that has grown beyond that is given back.
const USUAL: usize = 64 * 1024;

/// Takes log lines and sees to it that they are written.
#[derive(Clone)]
pub(in crate::cli) struct LogWriter(Arc<Shared>);

struct Shared {
    format: LogFormat,
    pending: Mutex<Pending>,
    arrived: Condvar,
    /// Held while writing, so that lines stay in their order.
    out: Mutex<()>,
}

#[derive(Default)]
struct Pending {
    lines: Vec<u8>,
    lost: u64,
    is_urgent: bool,
}

impl LogWriter {
    /// Starts the thread. What it has to say itself is a line of that format too.
    pub fn start(format: LogFormat) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            format,
            pending: Mutex::default(),
            arrived: Condvar::new(),
            out: Mutex::default(),
        });
        let writer = Arc::clone(&shared);
        thread::Builder::new()
            .name("log".into())
            .spawn(move || writer.run())?;
        Ok(Self(shared))
    }

    /// Writes what waits.
    pub fn flush(&self) {
        self.0.write_pending();
    }
}

impl Shared {
    fn run(&self) {
        loop {
            let pending = lock(&self.pending);
            let pending = self
                .arrived
                .wait_while(pending, |pending| pending.lines.is_empty())
                .unwrap_or_else(PoisonError::into_inner);
            let gathered = self
                .arrived
                .wait_timeout_while(pending, GATHER, |pending| !pending.is_urgent);
            drop(gathered);
            self.write_pending();
        }
    }

    fn push(&self, line: &[u8], is_urgent: bool) {
        let mut pending = lock(&self.pending);
        if pending.lines.len() + line.len() > MOST {
            pending.lost += 1;
            return;
        }
        let wakes = pending.lines.is_empty() || is_urgent;
        pending.lines.extend_from_slice(line);
        pending.is_urgent |= is_urgent;
        drop(pending);
        if wakes {
            self.arrived.notify_one();
        }
    }

    fn write_pending(&self) {
        let out = lock(&self.out);
        let Pending {
            mut lines, lost, ..
        } = std::mem::take(&mut *lock(&self.pending));
        if lost > 0 {
            let line = lost_line(lost, self.format);
            lines.extend_from_slice(line.as_bytes());
        }
        // Whoever closed the other end does not want to know, and there is nowhere else to say it.
        let _ = stderr().write_all(&lines);
        drop(out);
        lines.clear();
        self.give_back(lines);
    }

    /// Keeps the buffer for the next lines, unless some came meanwhile.
    fn give_back(&self, buffer: Vec<u8>) {
        let mut pending = lock(&self.pending);
        if pending.lines.capacity() == 0 && buffer.capacity() <= USUAL {
            pending.lines = buffer;
        }
    }
}

/// The line about lines that are not there, as the others are written: a program may read them.
fn lost_line(lost: u64, format: LogFormat) -> String {
    let (now, level, target) = (Clock::system().now(), Level::WARN.as_str(), module_path!());
    let message = format!("{lost} log lines were lost: nobody has taken them in time");
    let line = match format {
        LogFormat::Text => format!("{now} {level:>5} {target}: {message}"),
        LogFormat::Json => {
            json!({"timestamp": now, "level": level, "message": message, "target": target})
                .to_string()
        }
    };
    line + "\n"
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes one line.
pub(in crate::cli) struct Line<'a> {
    shared: &'a Shared,
    is_urgent: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.shared.push(bytes, self.is_urgent);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line {
            shared: &self.0,
            is_urgent: true,
        }
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Line<'a> {
        Line {
            shared: &self.0,
            is_urgent: *about.level() <= Level::WARN,
        }
    }
}
