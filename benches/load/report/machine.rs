//! On what a run was made.

use std::fs;
use std::process::Command;

use gatepost::clock::Clock;
use serde::{Deserialize, Serialize};

use crate::limits;

/// The machine and the versions.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Machine {
    /// When the run began (UTC).
    pub begun_at: String,
    /// When it was gone on with, after it had been broken off (UTC).
    #[serde(default)]
    pub went_on_at: Vec<String>,
    /// The processor.
    pub processor: String,
    /// Its cores.
    pub cores: usize,
    /// Memory in GiB.
    pub memory: f64,
    /// The kernel.
    pub kernel: String,
    /// Load of the machine when the run began: it should be near zero.
    pub load_before: f64,
    /// Names and versions of what was measured.
    pub versions: Vec<(String, String)>,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        let value = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name));
            let value = line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned()));
            value.unwrap_or_default()
        };
        let kibibytes = value(&read("/proc/meminfo"), "MemTotal");
        let kibibytes = kibibytes
            .split(' ')
            .next()
            .and_then(|text| text.parse::<f64>().ok());
        let load = read("/proc/loadavg");
        let load = load.split(' ').next().and_then(|text| text.parse().ok());
        Self {
            begun_at: now(),
            went_on_at: Vec::new(),
            processor: value(&read("/proc/cpuinfo"), "model name"),
            cores: limits::cores(),
            memory: kibibytes.unwrap_or(0.0) / 1024.0 / 1024.0,
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            load_before: load.unwrap_or(0.0),
            versions: Vec::new(),
        }
    }

    /// When the run began, and when it was gone on with.
    pub fn begun(&self) -> String {
        let later = self.went_on_at.iter();
        let later = later.map(|at| format!(", gone on with {at} after it was broken off"));
        self.begun_at.clone() + &later.collect::<String>()
    }

    /// Notes that the run is gone on with now.
    pub fn go_on(&mut self) {
        self.went_on_at.push(now());
    }

    /// Adds what a program says of itself when it is asked for its version.
    pub fn ask_version(&mut self, name: &str, command: &mut Command) {
        if let Ok(output) = command.output() {
            let text = String::from_utf8_lossy(&output.stdout);
            let line = text.lines().next().unwrap_or_default().trim().to_owned();
            self.note_version(name, line);
        }
    }

    /// Notes the version of a program, once.
    pub fn note_version(&mut self, name: &str, version: String) {
        match self.versions.iter_mut().find(|(noted, _)| noted == name) {
            Some((_, noted)) => *noted = version,
            None => self.versions.push((name.to_owned(), version)),
        }
    }
}

fn now() -> String {
    Clock::system().now().to_string()
}
