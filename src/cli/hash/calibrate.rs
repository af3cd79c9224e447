//! `gatepost hash calibrate`.

use std::fmt::Write;
use std::time::Duration;

use clap::Args;

use crate::cli::args::{Format, Settings};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output;
use crate::config::{ByteSize, Config};
use crate::passwords::{self, Budget, Measured, Proposal};

#[derive(Debug, Args)]
pub(in crate::cli) struct Calibrate {
    /// The longest that one hash may take while all lanes are busy; without it `passwords.calibrate_time`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    milliseconds: Option<u32>,
    /// Memory for all lanes together, such as 256MiB; without it `passwords.memory_budget`
    #[arg(long, value_name = "SIZE")]
    memory: Option<ByteSize>,
    /// Log-ins that must be possible in a second; without it `passwords.calibrate_logins`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    logins_per_second: Option<u32>,
    #[command(flatten)]
    format: Format,
}

/// Measures for a second or two. Touches no database and no running server, but shares the machine with it.
pub(super) fn run(settings: &Settings, args: &Calibrate) -> Outcome {
    let config = settings.config()?;
    let budget = args.budget(&config);
    // What OWASP asks for at least has to fit, or there is nothing to choose from.
    let least = 7 * 1024 * 1024 * config.lanes();
    if budget.memory < least {
        let least = ByteSize::of_mib(7 * config.lanes() as u64);
        return Err(Failure::Failed(format!(
            "{} lanes need {least} at least: give --memory more, or set fewer passwords.lanes",
            config.lanes()
        )));
    }
    let proposal = passwords::calibrate(&config, &budget);
    if args.format.json {
        return output::json(&proposal);
    }
    output::print(&in_words(&proposal, &config))
}

impl Calibrate {
    fn budget(&self, config: &Config) -> Budget {
        let set = Budget::of(config);
        let time = self.milliseconds.map(u64::from).map(Duration::from_millis);
        Budget {
            time: time.unwrap_or(set.time),
            memory: self.memory.map_or(set.memory, ByteSize::bytes),
            logins: self.logins_per_second.unwrap_or(set.logins),
        }
    }
}

fn in_words(proposal: &Proposal, config: &Config) -> String {
    let rows = [("now set", &proposal.now), ("proposed", &proposal.proposed)];
    let mut text = format!(
        "Measured with {} lanes at once ({}):\n\n  {:<10}{:>10}{:>12}{:>12}{:>14}{:>12}\n",
        proposal.lanes,
        proposal.kernel,
        "",
        "MEMORY",
        "ITERATIONS",
        "ONE HASH",
        "LOG-INS",
        "ALL LANES"
    );
    for (name, row) in rows {
        // Writing into a string does not fail.
        let _ = writeln!(
            text,
            "  {name:<10}{:>10}{:>12}{:>9.1} ms{:>9.1} per s{:>12}",
            size(row.memory_kib.into()),
            row.iterations,
            row.milliseconds,
            row.logins_per_second,
            size(row.memory_of_all_kib)
        );
    }
    text.push_str(&advice(proposal, config));
    text
}

fn advice(proposal: &Proposal, config: &Config) -> String {
    let (now, proposed) = (&proposal.now, &proposal.proposed);
    if !proposal.within_budget {
        return "\nThe budget allows less than the least that OWASP recommends, which is proposed here. \
                Give it more time or memory, or use a faster machine.\n"
            .to_owned();
    }
    if (now.memory_kib, now.iterations) == (proposed.memory_kib, proposed.iterations) {
        return "\nThe settings ask for that already.\n".to_owned();
    }
    let mut text = format!(
        "\nTo use it, set on every node:\n\n  [passwords]\n  argon2_memory = \"{}\"\n  argon2_iterations = {}\n",
        size(proposed.memory_kib.into()),
        proposed.iterations
    );
    let budget = u64::from(config.passwords.memory_budget.kib());
    if proposed.memory_of_all_kib > budget {
        let need = size(proposed.memory_of_all_kib);
        let _ = writeln!(text, "  memory_budget = \"{need}\"");
    }
    if config.passwords.argon2_parallelism != 1 {
        text.push_str("  argon2_parallelism = 1\n");
    }
    text.push_str(weaker(now, proposed));
    text.push_str("\nStored hashes follow when their owners log in.\n");
    text
}

fn weaker(now: &Measured, proposed: &Measured) -> &'static str {
    let work = |row: &Measured| u64::from(row.memory_kib) * u64::from(row.iterations);
    if work(proposed) < work(now) {
        "\nThat is weaker than what is set now: within this budget no more is possible.\n"
    } else {
        ""
    }
}

fn size(kib: u64) -> String {
    ByteSize::of_kib(kib).to_string()
}
