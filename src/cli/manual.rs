//! `gatepost completions` and `gatepost man`: made from the commands, so that they cannot be out of date.

use std::io;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Cli;
use super::failure::{Failure, Outcome};
use super::output;

/// What the commands themselves do not say.
const REST: &str = r#".SH "EXIT STATUS"
.TP
0
Done.
.TP
1
Failed; standard error says why.
.TP
2
The command was not understood, or lacks a confirmation.
.TP
130
Interrupted by Ctrl\-C.
.SH ENVIRONMENT
Every setting has a variable: GATEPOST_ and its name, with _ for each dot. GATEPOST_CONFIG names the settings file.
.B gatepost config \-\-default
shows them all.
.SH FILES
.TP
gatepost.toml
The settings file, if there is one in the folder where Gatepost is started.
.TP
data/gatepost.db
The database, unless the settings name another.
.TP
data/master.key
What the secrets in the database are sealed under, unless keys.secret is set. A backup without it is worth little.
"#;

/// Prints the completions for `shell`.
pub(super) fn completions(shell: Shell) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "gatepost", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}

/// Prints one page with all commands in it.
pub(super) fn man() -> Outcome {
    let page = page()
        .map_err(|error| Failure::Failed(format!("the manual page cannot be made: {error}")))?;
    output::print(&page)
}

fn page() -> io::Result<String> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let man = Man::new(command.clone()).manual("Gatepost");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    let mut page = String::from_utf8_lossy(&text).into_owned();
    page.push_str(".SH COMMANDS\n");
    for command in command.get_subcommands() {
        describe(&mut page, command)?;
    }
    page.push_str(REST);
    Ok(page)
}

/// Adds a command, or those that it is made of.
fn describe(page: &mut String, command: &Command) -> io::Result<()> {
    if command.has_subcommands() {
        return command
            .get_subcommands()
            .try_for_each(|part| describe(page, part));
    }
    let own = |argument: &&clap::Arg| !argument.is_global_set() && argument.get_id() != "help";
    let others: Vec<_> = command
        .get_arguments()
        .filter(|argument| !own(argument))
        .map(clap::Arg::get_id)
        .collect();
    // The options that every command has stand above, once.
    let short = others.iter().fold(command.clone(), |short, id| {
        short.mut_arg(id, |argument| argument.hide(true))
    });
    let man = Man::new(short);
    let mut text = Vec::new();
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    if command.get_arguments().any(|argument| own(&argument)) {
        man.render_options_section(&mut text)?;
    }
    let text = String::from_utf8_lossy(&text);
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    page.extend([".SS \"", name, "\"\n"]);
    for line in text.lines() {
        // The headings of a page would end the section; a paragraph is enough.
        page.push_str(if line.starts_with(".SH ") {
            ".PP"
        } else {
            line
        });
        page.push('\n');
    }
    Ok(())
}
