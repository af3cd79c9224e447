//! `gatepost user update`: changes the profile of an account.

use clap::Args;
use serde_json::{Map, Value, json};

use super::{One, find, tell};
use crate::accounts::{self, AccountChange};
use crate::app::App;
use crate::cli::failure::{Failure, Outcome};
use crate::http::input;
use crate::sessions::Staff;

#[derive(Debug, Args)]
pub(in crate::cli) struct Update {
    #[command(flatten)]
    one: One,
    /// The new address; it takes effect when the link that is mailed to it is followed
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// The public name
    #[arg(long, value_name = "NAME")]
    nickname: Option<String>,
    #[command(flatten)]
    optional: Optional,
}

/// What an account can be without: an empty text takes it away.
#[derive(Debug, Args)]
struct Optional {
    /// First name; "" takes it away, as it does with all that follow
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// Last name
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// A text about the person
    #[arg(long, value_name = "TEXT")]
    bio: Option<String>,
    /// The address of a picture
    #[arg(long, value_name = "URL")]
    profile_picture_url: Option<String>,
    /// The address of a profile at `LinkedIn`
    #[arg(long, value_name = "URL")]
    linkedin_profile_url: Option<String>,
    /// The address of a profile at GitHub
    #[arg(long, value_name = "URL")]
    github_profile_url: Option<String>,
}

/// Changes what was said; everything else stays as it is.
pub(super) async fn run(app: &App, args: &Update) -> Outcome {
    let fields = fields(args);
    if fields.is_empty() {
        let advice = "nothing was said that is to be changed: `gatepost user update --help` lists what can be";
        return Err(Failure::Usage(advice.into()));
    }
    let change: AccountChange = input::judge_object(app, &fields)?;
    let id = find::find(app, &args.one.who).await?.id;
    let account = accounts::update(app, &Staff::operator(), id, change).await?;
    let is_moving = args.email.as_ref().filter(|typed| **typed != account.email);
    let sentence = match is_moving {
        Some(new) => format!(
            "{} is changed. The address becomes {new} when the link that the server mails there is followed.",
            account.email
        ),
        None => format!("{} is changed.", account.email),
    };
    tell(app, account, args.one.format, &sentence)
}

/// The same object that the API takes, judged by the same rules.
fn fields(args: &Update) -> Map<String, Value> {
    let optional = &args.optional;
    let given = [
        ("email", &args.email),
        ("nickname", &args.nickname),
        ("first_name", &optional.first_name),
        ("last_name", &optional.last_name),
        ("bio", &optional.bio),
        ("profile_picture_url", &optional.profile_picture_url),
        ("linkedin_profile_url", &optional.linkedin_profile_url),
        ("github_profile_url", &optional.github_profile_url),
    ];
    let must_be = |name: &str| matches!(name, "email" | "nickname");
    let given = given.into_iter().filter_map(|(name, value)| {
        let value = value.as_ref()?;
        let is_gone = value.is_empty() && !must_be(name);
        Some((
            name.to_owned(),
            if is_gone { Value::Null } else { json!(value) },
        ))
    });
    given.collect()
}
