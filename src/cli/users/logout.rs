//! `gatepost user logout`: ends sessions, of one account or of all.

use clap::Args;

use super::find;
use crate::app::App;
use crate::cli::args::Format;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::{output, terminal};
use crate::ids::SessionId;
use crate::sessions::{Ended, Staff};
use crate::user_sessions;

#[derive(Debug, Args)]
pub(in crate::cli) struct Logout {
    /// Whose sessions: the id, the e-mail address or the nickname
    #[arg(required_unless_present = "everybody")]
    who: Option<String>,
    /// Only the session with this id, as `gatepost user sessions` shows it
    #[arg(long, value_name = "ID", requires = "who")]
    session: Option<SessionId>,
    /// The sessions of all accounts, as after a theft
    #[arg(long, conflicts_with = "who")]
    everybody: bool,
    /// Do not ask whether everybody is meant
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    format: Format,
}

/// Ends the sessions.
pub(super) async fn run(app: &App, args: &Logout) -> Outcome {
    let staff = Staff::operator();
    let (whose, ended) = if let Some(who) = &args.who {
        let account = find::find(app, who).await?;
        let ended = match args.session {
            Some(session) => {
                user_sessions::end(app, &staff, (account.id, session)).await?;
                Ended { ended: 1 }
            }
            None => user_sessions::end_all(app, &staff, account.id).await?,
        };
        (output::plain(&account.email), ended)
    } else {
        confirm(args.yes).await?;
        let ended = user_sessions::end_everyones(app, &staff).await?;
        ("everybody".to_owned(), ended)
    };
    if args.format.json {
        return output::json(&ended);
    }
    output::say(&match ended {
        Ended { ended: 1 } => format!("1 session of {whose} has ended."),
        Ended { ended } => format!("{ended} sessions of {whose} have ended."),
    })
}

/// Everybody would have to log in again: not by a slip of the hand.
async fn confirm(yes: bool) -> Outcome {
    if yes {
        return Ok(());
    }
    if !terminal::is_interactive() {
        let advice =
            "there is no terminal to ask whether everybody is really to be logged out: add --yes";
        return Err(Failure::Usage(advice.into()));
    }
    let question = "This ends the sessions of all accounts.\nType everybody to confirm: ";
    if terminal::ask(question).await?.trim() == "everybody" {
        return Ok(());
    }
    Err(Failure::Failed("no session was ended".into()))
}
