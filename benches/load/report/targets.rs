//! The targets, as ratios within one run, and whether they are met.

use super::Outcome;
use super::table::{aligned, number};

/// Whose targets they are.
const SUBJECT: &str = "Gatepost";
/// One hash's memory in MiB, as the targets count it.
const HASH_MIB: f64 = 19.0;

/// One target on one database.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// On which database.
    pub database: String,
    /// What is wanted.
    pub wanted: String,
    /// What was found.
    pub found: String,
    /// Whether that is enough; `None` when it was not measured.
    pub is_met: Option<bool>,
}

struct Judge<'a> {
    outcome: &'a Outcome,
    database: &'a str,
    judged: Vec<Judged>,
}

/// Holds a run against the targets.
pub fn judge(outcome: &Outcome) -> Vec<Judged> {
    let mut all = Vec::new();
    for (subject, database) in outcome.subjects() {
        if subject == SUBJECT {
            let mut judge = Judge {
                outcome,
                database: &database,
                judged: Vec::new(),
            };
            judge.machine_bound();
            judge.lists();
            judge.process();
            all.append(&mut judge.judged);
        }
    }
    all
}

impl Judge<'_> {
    fn value(&self, scenario: &str, case: &str, accounts: Option<u64>) -> Option<f64> {
        let mut found = self.outcome.of((SUBJECT, self.database), scenario);
        let figure = found.find(|figure| {
            figure.case == case && accounts.is_none_or(|accounts| figure.accounts == accounts)
        });
        figure.map(|figure| figure.value)
    }

    fn share(&self, scenario: &str, case: &str) -> Option<f64> {
        let of = (SUBJECT, self.database);
        self.outcome.find(of, scenario, case)?.share()
    }

    fn say(&mut self, wanted: &str, found: Option<(String, bool)>) {
        let (found, is_met) = match found {
            Some((found, is_met)) => (found, Some(is_met)),
            None => ("not measured".to_owned(), None),
        };
        self.judged.push(Judged {
            database: self.database.to_owned(),
            wanted: wanted.to_owned(),
            found,
            is_met,
        });
    }

    fn machine_bound(&mut self) {
        let login = self.share("login", "64 at a time");
        let found = login.map(|share| (format!("{share:.2}"), share >= 0.92));
        self.say(
            "logins/s at 64: at least 0.92 of the hashes of all cores",
            found,
        );

        let calm = self.value("calm", "calm", None);
        let found = calm.zip(self.value("calm", "under 64 logins", None));
        let found = found.map(|(calm, busy)| {
            let times = busy / calm;
            let text = format!("{} ms, {} × calm", number(busy), number(times));
            (text, times <= 2.0 && busy <= 10.0)
        });
        self.say(
            "p99 of a cheap read under 64 logins: at most 2 × calm, and 10 ms",
            found,
        );

        let read = self.value("read", "64 at a time", None);
        let found = read.map(|rate| (format!("{}/s", number(rate)), rate >= 35_000.0));
        self.say("authenticated reads at 64: at least 35,000/s", found);

        let refresh = self.share("refresh", "64 at a time");
        let found = refresh.map(|share| (format!("{share:.2} of them"), share >= 1.0));
        self.say(
            "refreshes/s at 64: at least the durable commits of one writer",
            found,
        );
    }

    fn lists(&mut self) {
        let first = self.value("people", "first page", Some(100_000));
        let found = first.map(|rate| (format!("{}/s", number(rate)), rate >= 8000.0));
        self.say(
            "first page of 100,000 people, with the total: at least 8,000/s",
            found,
        );

        let found = first.zip(self.value("people", "first page", Some(1_000_000)));
        let found =
            found.map(|(few, many)| (format!("{:.2} of it", many / few), many >= 0.8 * few));
        self.say("the same of 1,000,000: within 20 %", found);

        let deep = self.value("people", "deep page by cursor", Some(100_000));
        let found = first.zip(deep);
        let found =
            found.map(|(first, deep)| (format!("{:.3} of it", deep / first), deep >= 0.95 * first));
        self.say(
            "a deep page by cursor: as fast as the first (within 5 %)",
            found,
        );

        let of = (SUBJECT, self.database);
        let costs: Vec<f64> = self
            .outcome
            .of(of, "growth")
            .map(|figure| figure.value)
            .collect();
        let most = costs.iter().copied().fold(0.0, f64::max);
        let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
        let found = (costs.len() > 1).then(|| {
            let times = most / least;
            (
                format!("{:.1} % apart", (times - 1.0) * 100.0),
                times <= 1.05,
            )
        });
        self.say(
            "processor time of a login from few to many accounts: flat within 5 %",
            found,
        );
    }

    fn process(&mut self) {
        for (case, most) in [("existing database", 30.0), ("new database", 150.0)] {
            // However many accounts there are: the longest.
            let started = self.outcome.of((SUBJECT, self.database), "start");
            let times = started.filter(|figure| figure.case == case);
            let longest = times.map(|figure| figure.value).max_by(f64::total_cmp);
            let found = longest.map(|ms| (format!("{} ms", number(ms)), ms <= most));
            self.say(
                &format!("start to first 200, {case}: at most {most} ms"),
                found,
            );
        }
        let idle = self.value("memory", "idle", None);
        let found = idle.map(|mib| (format!("{} MiB", number(mib)), mib <= 16.0));
        self.say("memory, idle: at most 16 MiB", found);

        let most = self.value("memory", "at most, under 64 logins", None);
        let cores = self.outcome.machine.cores as f64;
        let found = idle.zip(most).map(|(idle, most)| {
            let allowed = idle + HASH_MIB * cores + 8.0;
            let text = format!("{} MiB, allowed {}", number(most), number(allowed));
            (text, most <= allowed)
        });
        self.say(
            "memory under 64 logins: at most idle + a hash buffer for each core + 8 MiB",
            found,
        );

        // The binary is the same on every database.
        if let Some(mib) = self.value("size", "release binary", None) {
            self.say(
                "release binary: at most 30 MiB",
                Some((format!("{} MiB", number(mib)), mib <= 30.0)),
            );
        }
    }
}

/// The targets as lines of text; those that were not measured are left out.
pub fn plain(judged: &[Judged]) -> String {
    let rows: Vec<Vec<String>> = judged
        .iter()
        .filter_map(|one| {
            let verdict = if one.is_met? { "met" } else { "MISSED" };
            Some(vec![
                verdict.to_owned(),
                one.database.clone(),
                one.wanted.clone(),
                one.found.clone(),
            ])
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    "\n".to_owned() + &aligned(&["target", "database", "wanted", "found"], &rows)
}
