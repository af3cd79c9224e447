//! `gatepost user create`.

use clap::Args;
use serde_json::{Map, Value, json};

use super::{link, password, role, tell};
use crate::accounts::{self, NewAccount};
use crate::app::App;
use crate::cli::args::Format;
use crate::cli::failure::Outcome;
use crate::http::input;
use crate::recovery;
use crate::roles::Role;
use crate::sessions::Staff;

#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    /// The e-mail address
    #[arg(long)]
    email: String,
    /// The nickname; without it a pleasant one is made
    #[arg(long)]
    nickname: Option<String>,
    /// The given name
    #[arg(long)]
    first_name: Option<String>,
    /// The family name
    #[arg(long)]
    last_name: Option<String>,
    /// The role; without it AUTHENTICATED
    #[arg(long, value_parser = role(), ignore_case = true)]
    role: Option<Role>,
    /// Vouch for the address: no link is mailed, the role holds at once. Always so for an ADMIN
    #[arg(long)]
    verified: bool,
    /// Read the password from standard input instead of asking for it
    #[arg(long, conflicts_with = "link")]
    password_stdin: bool,
    /// Give the account no password, and print a link by which its owner chooses one. Vouches for the
    /// address, as --verified does
    #[arg(long)]
    link: bool,
    #[command(flatten)]
    format: Format,
}

/// Makes the account and tells what was not typed: the nickname, the link for a password.
pub(super) async fn run(app: &App, args: Create) -> Outcome {
    let password = if args.password_stdin {
        password::from_stdin()?
    } else if args.link {
        password::unknown(app)
    } else {
        password::asked().await?
    };
    let new: NewAccount = input::judge_object(app, &fields(&args, &password))?;
    let staff = Staff::operator();
    // The operator of a server that cannot send mail yet must be able to make its first administrator.
    let is_verified = args.verified || args.link || args.role == Some(Role::Admin);
    let account = if is_verified {
        accounts::create_verified(app, &staff, new).await?
    } else {
        accounts::create(app, &staff, new).await?
    };
    let role = account.highest_role();
    let mut sentence = format!(
        "{} has an account: nickname {}, role {role}",
        account.email, account.nickname
    );
    if !is_verified {
        sentence.push_str(" once the address is verified by the link that the server mails");
    }
    if args.link {
        let link = recovery::hand_out(app, account.id).await?;
        return link::tell(app, account, args.format, (&format!("{sentence}."), &link));
    }
    tell(app, account, args.format, &format!("{sentence}."))
}

/// The same object that the API takes, judged by the same rules.
fn fields(args: &Create, password: &str) -> Map<String, Value> {
    let optional = [
        ("nickname", &args.nickname),
        ("first_name", &args.first_name),
        ("last_name", &args.last_name),
    ];
    let mut fields = Map::new();
    fields.insert("email".into(), json!(args.email));
    for (name, value) in optional {
        if let Some(value) = value {
            fields.insert(name.into(), json!(value));
        }
    }
    if let Some(role) = args.role {
        fields.insert("role".into(), json!(role));
    }
    fields.insert("password".into(), json!(password));
    fields
}
