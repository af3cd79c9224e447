//! `gatepost user create`.

use clap::Args;
use serde_json::{Map, Value, json};

use super::{password, role, tell, view};
use crate::accounts::{self, NewAccount};
use crate::app::App;
use crate::cli::args::Format;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::output;
use crate::http::input;
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
    #[arg(long, conflicts_with = "generate_password")]
    password_stdin: bool,
    /// Make a password up and print it, this once
    #[arg(long)]
    generate_password: bool,
    #[command(flatten)]
    format: Format,
}

/// Makes the account and tells what was not typed: the nickname, a generated password.
pub(super) async fn run(app: &App, args: Create) -> Outcome {
    let password = if args.password_stdin {
        password::from_stdin()?
    } else if args.generate_password {
        password::generated(app)
    } else {
        password::asked().await?
    };
    let new: NewAccount = input::judge_object(app, &fields(&args, &password))?;
    let staff = Staff::operator();
    // The operator of a server that cannot send mail yet must be able to make its first administrator.
    let is_verified = args.verified || args.role == Some(Role::Admin);
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
    match args.generate_password.then_some(password) {
        None => tell(app, account, args.format, &format!("{sentence}.")),
        Some(password) if args.format.json => {
            let mut object = serde_json::to_value(view(app, account))
                .map_err(|error| Failure::Failed(error.to_string()))?;
            if let Some(fields) = object.as_object_mut() {
                fields.insert("password".into(), password.into());
            }
            output::json(&object)
        }
        Some(password) => {
            tell(app, account, args.format, &format!("{sentence}."))?;
            output::say(&format!("Password: {password}"))
        }
    }
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
