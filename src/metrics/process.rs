//! The process itself, as Linux tells of it. Elsewhere nothing is known, and nothing is shown.

use std::fs;

use super::text::{Kind, Text};
use crate::app::App;

/// Ticks of the processor time in `/proc`: `USER_HZ`, 100 on everything that Gatepost is built for.
const TICKS: u64 = 100;

/// Shows what is known.
pub(super) fn process(app: &App, text: &mut Text) {
    let process = Process::read();
    text.family(
        "process_cpu_seconds_total",
        Kind::Counter,
        "Processor time that was used.",
    )
    .optional(process.cpu);
    for (name, help, value) in [
        (
            "process_resident_memory_bytes",
            "Memory in use.",
            process.resident,
        ),
        (
            "process_virtual_memory_bytes",
            "Address space in use.",
            process.virtual_memory,
        ),
        (
            "process_max_fds",
            "File descriptors that may be open.",
            process.most_files,
        ),
        ("process_threads", "Threads.", process.threads),
    ] {
        text.family(name, Kind::Gauge, help).optional(value);
    }
    text.family("process_open_fds", Kind::Gauge, "File descriptors in use.")
        .optional(process.open_files);
    text.family(
        "process_start_time_seconds",
        Kind::Gauge,
        "When the server was started, in seconds since 1970.",
    )
    .value(&[], app.started_at.seconds());
}

/// What the process has and uses.
#[derive(Debug, Default)]
pub struct Process {
    /// Processor time in seconds.
    pub cpu: Option<String>,
    /// Memory in bytes.
    pub resident: Option<u64>,
    /// Address space in bytes.
    pub virtual_memory: Option<u64>,
    /// Open file descriptors.
    pub open_files: Option<usize>,
    /// As many may be open.
    pub most_files: Option<u64>,
    /// Threads.
    pub threads: Option<u64>,
}

impl Process {
    /// Reads what is known.
    pub fn read() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let kib = |name| number(&status, name).map(|kib| kib * 1024);
        Self {
            cpu: cpu(),
            resident: kib("VmRSS:"),
            virtual_memory: kib("VmSize:"),
            open_files: fs::read_dir("/proc/self/fd").ok().map(Iterator::count),
            most_files: number(&limits, "Max open files"),
            threads: number(&status, "Threads:"),
        }
    }
}

/// The first number of the line that begins with `name`.
fn number(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

fn cpu() -> Option<String> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program stands in brackets, and may hold anything: what follows the last one counts.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (times.next()?.parse().ok()?, times.next()?.parse().ok()?);
    let ticks = user + system;
    Some(format!("{}.{:02}", ticks / TICKS, ticks % TICKS))
}
