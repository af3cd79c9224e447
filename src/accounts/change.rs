//! A change to an account: what both its owner and those who manage it can alter, by the same rules.

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Account, fields, store};
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::{Problem, Result};
use crate::http::input::{Faults, Fields, Patch, masked};
use crate::http_url::HttpUrl;
use crate::limits::{self, Rate};
use crate::nicknames::Nickname;
use crate::roles::Role;
use crate::shape_of;
use crate::verification::{self, Present, Purpose};

/// What to change; a key that is not sent stays as it is, and `null` clears an optional one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = UserUpdate, min_properties = 1)]
#[serde(default)]
pub struct AccountChange {
    /// A new address takes effect when its own link is followed.
    #[schema(schema_with = fields::email)]
    pub email: Option<EmailAddress>,
    /// The public name.
    #[schema(schema_with = fields::nickname)]
    pub nickname: Option<Nickname>,
    /// Given name.
    #[schema(schema_with = fields::first_name)]
    pub first_name: Patch<String>,
    /// Family name.
    #[schema(schema_with = fields::last_name)]
    pub last_name: Patch<String>,
    /// A text about the person.
    #[schema(schema_with = fields::bio)]
    pub bio: Patch<String>,
    /// A picture elsewhere.
    #[schema(schema_with = fields::profile_picture_url)]
    pub profile_picture_url: Patch<HttpUrl>,
    /// A profile elsewhere.
    #[schema(schema_with = fields::linkedin_profile_url)]
    pub linkedin_profile_url: Patch<HttpUrl>,
    /// A profile elsewhere.
    #[schema(schema_with = fields::github_profile_url)]
    pub github_profile_url: Patch<HttpUrl>,
    /// Nobody changes his own.
    #[schema(schema_with = fields::role)]
    pub role: Option<Role>,
}

impl Fields for AccountChange {
    shape_of!(AccountChange);

    fn review(_app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        if sent.contains_key("password") {
            let advice =
                "A password is changed at POST /myaccount/password, together with the current one";
            faults.add_value_error(&["body", "password"], advice, Value::Null);
        } else if !Self::shape()
            .names()
            .iter()
            .any(|name| sent.contains_key(*name))
        {
            let what = "At least one field must be provided for update";
            faults.add_value_error(&["body"], what, masked(&Value::Object(sent.clone())));
        }
    }
}

/// Writes the change, but for the role, which the caller has judged and set in `account` before.
///
/// A taken address or nickname is an error, and nothing changes.
pub async fn apply(
    app: &App,
    tx: &Tx,
    (mut account, change): (Account, &AccountChange),
    by: &Actor,
) -> Result<Account> {
    let before = account.clone();
    if let Some(nickname) = &change.nickname {
        let owner = store::find_nickname_taker(tx, &nickname.key()).await?;
        if owner.is_some_and(|owner| owner != account.id) {
            return Err(Problem::NicknameTaken.into());
        }
        nickname.as_str().clone_into(&mut account.nickname);
    }
    apply_details(&mut account, change);
    account.updated_at = app.clock.now();
    if let Some(email) = change
        .email
        .as_ref()
        .filter(|email| email.as_str() != account.email)
    {
        request_email(app, tx, (&account, email), by).await?;
    }
    store::update(tx, &account).await?;
    let fields = changed(&before, &account);
    if !fields.is_empty() {
        let note = audit::note(Event::AccountUpdated, by).on(account.id);
        note.with("fields", fields).write(app, tx).await?;
    }
    Ok(account)
}

/// Mails the link to the new address, and tells the present one.
async fn request_email(
    app: &App,
    tx: &Tx,
    (account, email): (&Account, &EmailAddress),
    by: &Actor,
) -> Result<()> {
    let now = app.clock.now();
    // Nobody fills the mailboxes of strangers from here: neither one of them nor many.
    let rate = Rate {
        most: app.config.mail.asked_per_address,
        window: app.config.mail.asked_window.get(),
    };
    for (kind, key) in [
        ("email_changes", account.id.to_string()),
        ("mails_to_address", email.key()),
    ] {
        limits::require(app, tx, &limits::bucket(kind, &key), rate).await?;
    }
    let owner = store::find_email_taker(tx, &email.key(), now).await?;
    if owner.is_some_and(|owner| owner != account.id) {
        return Err(Problem::EmailTaken.into());
    }
    let present = Present {
        account: account.id,
        email: &account.email,
        is_proved: account.email_verified_at.is_some(),
        name: account.first_name(),
    };
    verification::announce(app, tx, (&present, email), by).await?;
    let link = (Purpose::Change, account.first_name());
    verification::request(app, tx, (account.id, email), link).await
}

/// The fields that have changed: their names, for the audit log, and not what stands in them.
fn changed(before: &Account, after: &Account) -> Vec<&'static str> {
    let fields = [
        ("nickname", before.nickname != after.nickname),
        ("first_name", before.first_name != after.first_name),
        ("last_name", before.last_name != after.last_name),
        ("bio", before.bio != after.bio),
        (
            "profile_picture_url",
            before.profile_picture_url != after.profile_picture_url,
        ),
        (
            "linkedin_profile_url",
            before.linkedin_profile_url != after.linkedin_profile_url,
        ),
        (
            "github_profile_url",
            before.github_profile_url != after.github_profile_url,
        ),
    ];
    let changed = fields.into_iter().filter(|(_, is_changed)| *is_changed);
    changed.map(|(name, _)| name).collect()
}

fn apply_details(account: &mut Account, change: &AccountChange) {
    fn text(field: &mut Option<String>, change: &Patch<impl ToString>) {
        match change {
            Patch::Keep => {}
            Patch::Clear => *field = None,
            Patch::Set(value) => *field = Some(value.to_string()),
        }
    }
    text(&mut account.first_name, &change.first_name);
    text(&mut account.last_name, &change.last_name);
    text(&mut account.bio, &change.bio);
    text(
        &mut account.profile_picture_url,
        &change.profile_picture_url,
    );
    text(
        &mut account.linkedin_profile_url,
        &change.linkedin_profile_url,
    );
    text(&mut account.github_profile_url, &change.github_profile_url);
}
