//! `gatepost user list`.

use clap::Args;
use serde_json::{Map, Value, json};

use super::{role, table, view};
use crate::accounts::{self, AccountPage, ListQuery};
use crate::app::App;
use crate::cli::args::Format;
use crate::cli::failure::Outcome;
use crate::cli::{output, terminal};
use crate::http::input;
use crate::roles::Role;
use crate::sessions::Staff;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Only those whose nickname, e-mail address or names contain this
    #[arg(short, long, value_name = "TEXT")]
    q: Option<String>,
    /// Only those with this role
    #[arg(long, value_parser = role(), ignore_case = true)]
    role: Option<Role>,
    #[command(flatten)]
    lock: Lock,
    #[command(flatten)]
    proof: Proof,
    #[command(flatten)]
    times: Times,
    /// `created_at`, `email`, `nickname` or `last_login_at`; with `-` in front downwards
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<String>,
    /// How many to show at most
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 100,
        allow_negative_numbers = true
    )]
    limit: i64,
    /// All that fit, however many; `gatepost export` writes all accounts there are faster
    #[arg(long, conflicts_with_all = ["limit", "skip"])]
    all: bool,
    /// How many to pass over
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    skip: i64,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Args)]
struct Lock {
    /// Only those that are locked
    #[arg(long)]
    locked: bool,
    /// Only those that are not locked
    #[arg(long, conflicts_with = "locked")]
    unlocked: bool,
}

#[derive(Debug, Clone, Copy, Args)]
struct Proof {
    /// Only those whose address is verified
    #[arg(long)]
    verified: bool,
    /// Only those whose address is not verified
    #[arg(long, conflicts_with = "verified")]
    unverified: bool,
}

/// Moments: RFC 3339, or a date.
#[derive(Debug, Clone, Args)]
struct Times {
    /// Only those made at this moment or later: RFC 3339, or a date
    #[arg(long, value_name = "WHEN")]
    created_from: Option<String>,
    /// Only those made before this moment
    #[arg(long, value_name = "WHEN")]
    created_to: Option<String>,
    /// Only those who have logged in at this moment or later
    #[arg(long, value_name = "WHEN")]
    last_login_from: Option<String>,
    /// Only those who have not logged in since this moment, or never have
    #[arg(long, value_name = "WHEN")]
    last_login_to: Option<String>,
}

/// Lists the accounts that fit.
pub(super) async fn run(app: &App, args: &List) -> Outcome {
    let page = if args.all {
        walk(app, args).await?
    } else {
        let query: ListQuery = input::judge_object(app, &fields(args))?;
        accounts::list(app, &Staff::operator(), &query).await?
    };
    if args.format.json {
        let items: Vec<_> = page
            .items
            .into_iter()
            .map(|account| view(app, account))
            .collect();
        return output::json(&json!({"items": items, "total": page.total}));
    }
    let rows = table::of(&page.items, app.clock.now(), terminal::width());
    output::print(&format!("{rows}{}\n", summary(&page, args.skip)))
}

/// All accounts that fit, part by part.
async fn walk(app: &App, args: &List) -> Outcome<AccountPage> {
    let mut fields = fields(args);
    fields.remove("skip");
    fields.insert("cursor".into(), json!(""));
    let mut all = Vec::new();
    loop {
        let query: ListQuery = input::judge_object(app, &fields)?;
        let page = accounts::list(app, &Staff::operator(), &query).await?;
        all.extend(page.items);
        let Some(next) = page.next_cursor else {
            return Ok(AccountPage {
                total: i64::try_from(all.len()).unwrap_or(i64::MAX),
                items: all,
                next_cursor: None,
            });
        };
        fields.insert("cursor".into(), json!(next));
    }
}

/// The same object that the API takes, judged by the same rules.
fn fields(args: &List) -> Map<String, Value> {
    let either = |yes: bool, no: bool| if yes || no { json!(yes) } else { Value::Null };
    let given = [
        ("skip", json!(args.skip)),
        ("limit", json!(args.limit)),
        ("q", json!(args.q)),
        ("role", json!(args.role)),
        ("is_locked", either(args.lock.locked, args.lock.unlocked)),
        (
            "email_verified",
            either(args.proof.verified, args.proof.unverified),
        ),
        ("created_from", json!(args.times.created_from)),
        ("created_to", json!(args.times.created_to)),
        ("last_login_from", json!(args.times.last_login_from)),
        ("last_login_to", json!(args.times.last_login_to)),
        ("sort", json!(args.sort)),
    ];
    let given = given.into_iter().filter(|(_, value)| !value.is_null());
    given
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn summary(page: &AccountPage, skip: i64) -> String {
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    let next = skip.saturating_add(shown);
    match page.total {
        0 => "No account fits.".into(),
        1 if shown == 1 => "1 account.".into(),
        total if shown == total => format!("{total} accounts."),
        total if shown == 0 => format!("{total} accounts, all of them before that."),
        total if next < total => format!(
            "{} to {next} of {total} accounts; --skip {next} shows more.",
            skip + 1
        ),
        total => format!("{} to {next} of {total} accounts.", skip + 1),
    }
}
