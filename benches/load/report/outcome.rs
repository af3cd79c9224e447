//! The outcome of a run, as it is kept in `result.json`.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Figure, Machine};
use crate::{Result, fault};

/// All figures of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// On what.
    pub machine: Machine,
    /// Whether it was a short run, whose figures say little.
    pub quick: bool,
    /// The figures, in the order in which they were measured.
    pub figures: Vec<Figure>,
}

impl Outcome {
    /// Reads one that was written.
    pub fn read(path: &Path) -> Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                return fault(format!(
                    "{}: {error}; run the benchmark first, without --from or --go-on",
                    path.display()
                ));
            }
        };
        Ok(serde_json::from_str(&text)?)
    }

    /// One that was broken off, to go on with: without what the last subject has, who is measured anew.
    pub fn broken_off(path: &Path, is_quick: bool) -> Result<Self> {
        let mut outcome = Self::read(path)?;
        if outcome.quick != is_quick {
            return fault("a quick run and a whole one are not gone on with by each other");
        }
        if let Some(last) = outcome.subjects().pop() {
            let keeps = |one: &Figure| (&one.subject, &one.database) != (&last.0, &last.1);
            outcome.figures.retain(keeps);
        }
        outcome.machine.go_on();
        Ok(outcome)
    }

    /// Whether this subject has been measured.
    pub fn has(&self, subject: &str, database: &str) -> bool {
        let mut figures = self.figures.iter();
        figures.any(|figure| figure.subject == subject && figure.database == database)
    }

    /// Writes it.
    pub fn write(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(path, serde_json::to_string_pretty(self)? + "\n")?)
    }

    /// The figures of a scenario, by subject and database.
    pub fn of<'a>(
        &'a self,
        (subject, database): (&'a str, &'a str),
        scenario: &'a str,
    ) -> impl Iterator<Item = &'a Figure> {
        self.figures.iter().filter(move |figure| {
            figure.subject == subject && figure.database == database && figure.scenario == scenario
        })
    }

    /// The figure of one case.
    pub fn find<'a>(
        &'a self,
        of: (&'a str, &'a str),
        scenario: &'a str,
        case: &str,
    ) -> Option<&'a Figure> {
        self.of(of, scenario).find(|figure| figure.case == case)
    }

    /// Every subject with its database, in the order in which they were measured.
    pub fn subjects(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for figure in &self.figures {
            let subject = (figure.subject.clone(), figure.database.clone());
            if !found.contains(&subject) {
                found.push(subject);
            }
        }
        found
    }
}
