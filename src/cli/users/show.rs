//! `gatepost user show`.

use super::{One, find, tell};
use crate::accounts::Account;
use crate::app::App;
use crate::attempts;
use crate::cli::failure::Outcome;
use crate::cli::output::{self, plain};
use crate::clock::Timestamp;

/// Shows all that stands in an account, but for the password, which nobody knows.
pub(super) async fn run(app: &App, one: &One) -> Outcome {
    let account = find::find(app, &one.who).await?;
    if one.format.json {
        return tell(app, account, one.format, "");
    }
    let lines = lines(account, app.clock.now());
    let line = |(name, value): (&str, String)| format!("{name:<16}{}\n", plain(&value));
    output::print(&lines.into_iter().map(line).collect::<String>())
}

fn lines(account: Account, now: Timestamp) -> Vec<(&'static str, String)> {
    let verified = if account.email_verified_at.is_some() {
        "verified"
    } else {
        "not verified"
    };
    let names = [account.first_name.clone(), account.last_name.clone()];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mut lines = vec![
        ("E-mail", format!("{} ({verified})", account.email)),
        ("Nickname", account.nickname.clone()),
        ("Role", role(&account)),
        ("State", state(&account, now)),
        ("Created", account.created_at.to_string()),
        ("Changed", account.updated_at.to_string()),
        (
            "Last login",
            account
                .last_login_at
                .map_or_else(|| "never".into(), |moment| moment.to_string()),
        ),
        ("Id", account.id.to_string()),
    ];
    let optional = [
        ("Name", Some(name).filter(|name| !name.is_empty())),
        ("Bio", account.bio),
        ("Picture", account.profile_picture_url),
        ("LinkedIn", account.linkedin_profile_url),
        ("GitHub", account.github_profile_url),
    ];
    lines.extend(
        optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    lines
}

fn role(account: &Account) -> String {
    match account.pending_role {
        Some(pending) => format!("{}; {pending} once the address is verified", account.role),
        None => account.role.to_string(),
    }
}

fn state(account: &Account, now: Timestamp) -> String {
    match (account.locked_at, account.locked_until) {
        (Some(since), _) => format!("locked by an administrator since {since}"),
        (None, Some(until)) if attempts::holds(Some(until), now) => {
            format!("locked by wrong passwords until {until}")
        }
        _ => "active".into(),
    }
}
