//! `gatepost config`: the settings in force, or the manual of all of them.

use super::args::{ConfigArgs, Settings};
use super::failure::Outcome;
use super::output;
use crate::config::describe;

/// Prints the settings; with `--default` the manual, which no wrong setting can keep from being read.
pub(super) fn run(settings: &Settings, args: &ConfigArgs) -> Outcome {
    if args.default {
        return output::print(&describe::default_toml());
    }
    let lines = describe::in_force(&settings.load()?);
    let lines = describe::select(lines, &args.words.join(" "), args.changed);
    if args.json {
        return output::json(&describe::json(&lines));
    }
    output::print(&describe::table(&lines))
}
