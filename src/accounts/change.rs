//! A change to an account: what both its owner and those who manage it can alter, by the same rules.

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Account, fields, store};
use crate::app::App;
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::{Problem, Result};
use crate::http::input::{Faults, Fields, Patch, masked};
use crate::http_url::HttpUrl;
use crate::nicknames::Nickname;
use crate::roles::Role;
use crate::shape_of;
use crate::verification::{self, Purpose};

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
    mut account: Account,
    change: &AccountChange,
) -> Result<Account> {
    if let Some(nickname) = &change.nickname {
        let owner = store::find_by_nickname(tx, &nickname.key()).await?;
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
        let owner = store::find_by_email(tx, &email.key()).await?;
        if owner.is_some_and(|owner| owner != account.id) {
            return Err(Problem::EmailTaken.into());
        }
        verification::request(
            app,
            tx,
            (account.id, email),
            (Purpose::Change, account.first_name()),
        )
        .await?;
    }
    store::update(tx, &account).await?;
    Ok(account)
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
