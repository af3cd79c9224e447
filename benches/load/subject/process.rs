//! A server process: started, waited for, looked at from outside, and ended.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::http::{Connection, Request};
use crate::{Result, fault};

/// The longest that a server may take to start or to end.
const PATIENCE: Duration = Duration::from_mins(1);
/// Clock ticks a second in `/proc` (`sysconf(_SC_CLK_TCK)` on every Linux).
const TICKS: f64 = 100.0;

/// A running server.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From the start of the process to its first 200.
    pub ready_after: Duration,
}

/// What a server and its workers take up, in MiB.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// In memory now (`VmRSS`).
    pub resident: f64,
    /// The part of it that is no file (`RssAnon`).
    pub own: f64,
    /// The most so far (`VmHWM`).
    pub peak: f64,
}

/// An address of this machine that is free now.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

impl Server {
    /// Starts the program and waits until it answers `path` with 200. What it prints goes nowhere.
    pub async fn start(mut command: Command, address: SocketAddr, path: &str) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        if std::env::var_os("BENCH_VERBOSE").is_none() {
            command.stderr(Stdio::null());
        }
        let begun = Instant::now();
        let child = command
            .spawn()
            .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
        let mut server = Self {
            child,
            address,
            ready_after: Duration::ZERO,
        };
        let request = Request::get(path, None);
        while !is_ready(address, &request).await {
            if let Some(status) = server.child.try_wait()? {
                return fault(format!("{command:?} has ended: {status}"));
            }
            if begun.elapsed() > PATIENCE {
                return fault(format!("{command:?} does not answer {path} with 200"));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.ready_after = begun.elapsed();
        Ok(server)
    }

    /// What it takes up now; shared pages of several workers are counted for each.
    pub fn memory(&self) -> Memory {
        let mut sum = Memory::default();
        for pid in self.family() {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let mebibytes = |name: &str| {
                let line = status.lines().find_map(|line| line.strip_prefix(name));
                let number = line.and_then(|rest| rest.split_whitespace().next());
                number.and_then(|text| text.parse().ok()).unwrap_or(0.0) / 1024.0
            };
            sum.resident += mebibytes("VmRSS:");
            sum.own += mebibytes("RssAnon:");
            sum.peak += mebibytes("VmHWM:");
        }
        sum
    }

    /// The time of processors that it has used.
    pub fn processor_time(&self) -> Duration {
        let ticks: f64 = self.family().into_iter().map(ticks).sum();
        Duration::from_secs_f64(ticks / TICKS)
    }

    /// The process and its descendants.
    fn family(&self) -> Vec<u32> {
        let mut family = vec![self.child.id()];
        let processes: Vec<(u32, u32)> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|pid| Some((pid, stat(pid).get(1)?.parse().ok()?)))
            .collect();
        let mut place = 0;
        while let Some(parent) = family.get(place).copied() {
            let children = processes.iter().filter(|(_, above)| *above == parent);
            family.extend(children.map(|(pid, _)| *pid));
            place += 1;
        }
        family
    }

    /// Asks it to end, and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            kill_process(pid, Signal::TERM)?;
        }
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            if begun.elapsed() > PATIENCE {
                // Dropped, it is killed. A program that finishes what it has begun may take long.
                eprintln!("bench: a server does not end within a minute after it was asked to");
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Workers first: they would be orphans.
        for pid in self.family().into_iter().rev() {
            if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw)
                && self.child.try_wait().is_ok_and(|ended| ended.is_none())
            {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
        let _ = self.child.wait();
    }
}

async fn is_ready(address: SocketAddr, request: &[u8]) -> bool {
    let Ok(mut connection) = Connection::open(address).await else {
        return false;
    };
    let answer = tokio::time::timeout(PATIENCE, connection.ask(request)).await;
    answer.is_ok_and(|answer| answer.is_ok_and(|reply| reply.status == 200))
}

/// The fields of `/proc/PID/stat` behind the name, which may hold anything.
fn stat(pid: u32) -> Vec<String> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    rest.split_whitespace().map(str::to_owned).collect()
}

fn ticks(pid: u32) -> f64 {
    let fields = stat(pid);
    let number = |place: usize| fields.get(place)?.parse::<f64>().ok();
    number(11).unwrap_or(0.0) + number(12).unwrap_or(0.0)
}
