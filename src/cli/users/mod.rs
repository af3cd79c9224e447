//! `gatepost user`: the accounts of people, managed with an administrator's rights.

mod change;
mod create;
mod delete;
mod find;
mod history;
mod link;
mod list;
mod logout;
mod notes;
mod password;
mod sessions;
mod show;
mod table;
mod update;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};

use super::args::Format;
use super::failure::Outcome;
use super::output;
use crate::accounts::{Account, AccountView, Viewer};
use crate::app::App;
use crate::roles::Role;
use crate::sessions::Staff;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum UserCommand {
    /// Make an account
    Create(create::Create),
    /// List accounts, the oldest first
    List(list::List),
    /// Show an account
    Show(One),
    /// Change the profile of an account
    Update(Box<update::Update>),
    /// Give an account a role
    SetRole(change::SetRole),
    /// Keep the person out: ends all sessions and refuses new ones
    Lock(One),
    /// Let the person in again, also after too many wrong passwords
    Unlock(One),
    /// Vouch for the address of an account, so that no link needs to be followed
    Verify(One),
    /// Print a link, good once and for half an hour, by which the owner of an account chooses a new password
    Link(One),
    /// Show where somebody is signed in, and which sessions have ended in the last 30 days
    Sessions(sessions::Sessions),
    /// Show what has happened to an account and what its owner has done, the newest first
    History(history::History),
    /// End a session or all sessions of somebody, or those of everybody
    Logout(logout::Logout),
    /// Make somebody choose a new password: the old one stops working, and a link is mailed
    ResetPassword(One),
    /// Mail the link that verifies an address again
    ResendVerification(One),
    /// Mark somebody as a professional, and tell him by mail
    GrantProfessional(One),
    /// Take the mark of a professional away
    WithdrawProfessional(One),
    /// Show what staff have written down about an account
    Notes(One),
    /// Write something down about an account
    AddNote(notes::AddNote),
    /// Delete a note about an account
    DeleteNote(notes::DeleteNote),
    /// Delete an account and all that belongs to it
    Delete(delete::Delete),
}

/// The account that a command is about.
#[derive(Debug, Args)]
pub(in crate::cli) struct One {
    /// Whose account: the id, the e-mail address or the nickname
    who: String,
    #[command(flatten)]
    format: Format,
}

/// Does what was asked.
pub(super) async fn run(app: &App, command: UserCommand) -> Outcome {
    match command {
        UserCommand::Create(args) => create::run(app, args).await,
        UserCommand::List(args) => list::run(app, &args).await,
        UserCommand::Show(one) => show::run(app, &one).await,
        UserCommand::Update(args) => update::run(app, &args).await,
        UserCommand::SetRole(args) => change::set_role(app, &args).await,
        UserCommand::Lock(one) => change::lock(app, &one).await,
        UserCommand::Unlock(one) => change::unlock(app, &one).await,
        UserCommand::Verify(one) => change::verify(app, &one).await,
        UserCommand::Link(one) => link::run(app, &one).await,
        UserCommand::Sessions(args) => sessions::run(app, &args).await,
        UserCommand::History(args) => history::run(app, &args).await,
        UserCommand::Logout(args) => logout::run(app, &args).await,
        UserCommand::ResetPassword(one) => change::reset_password(app, &one).await,
        UserCommand::ResendVerification(one) => change::resend_verification(app, &one).await,
        UserCommand::GrantProfessional(one) => change::grant_professional(app, &one).await,
        UserCommand::WithdrawProfessional(one) => change::withdraw_professional(app, &one).await,
        UserCommand::Notes(one) => notes::list(app, &one).await,
        UserCommand::AddNote(args) => notes::add(app, &args).await,
        UserCommand::DeleteNote(args) => notes::delete(app, &args).await,
        UserCommand::Delete(args) => delete::run(app, &args).await,
    }
}

/// Takes the name of a role in any case; the shell completes it.
fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::name)).try_map(|name| name.parse::<Role>())
}

/// The account as the API shows it to an administrator.
fn view(app: &App, account: Account) -> AccountView {
    AccountView::of(app, account, Viewer::Staff(&Staff::operator()))
}

/// Tells what became of an account: the account itself for programs, a sentence for people.
fn tell(app: &App, account: Account, format: Format, sentence: &str) -> Outcome {
    if format.json {
        return output::json(&view(app, account));
    }
    output::say(&output::plain(sentence))
}
