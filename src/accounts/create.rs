//! Create an account for somebody else.
//!
//! Doors: `POST /users/`, `gatepost user create`.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Account, AccountView, Viewer, fields, record, store};
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::crypto;
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::{Problem, Result};
use crate::http::input::{self, Faults, Fields, Patch};
use crate::http::openapi::{Forbidden, Invalid, Taken, Unauthenticated};
use crate::http::{Checked, Json};
use crate::http_url::HttpUrl;
use crate::ids::AccountId;
use crate::nicknames::{self, Nickname};
use crate::passwords::{self, Asker};
use crate::roles::Role;
use crate::sessions::Staff;
use crate::shape_of;
use crate::verification::{self, Purpose};

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = UserCreate)]
pub struct NewAccount {
    /// The address.
    #[schema(schema_with = fields::email)]
    pub email: EmailAddress,
    /// The public name; made when it is absent.
    #[schema(schema_with = fields::nickname_or_null, required = false)]
    #[serde(default)]
    pub nickname: Patch<Nickname>,
    #[schema(schema_with = fields::first_name, required = false)]
    #[serde(default)]
    first_name: Patch<String>,
    #[schema(schema_with = fields::last_name, required = false)]
    #[serde(default)]
    last_name: Patch<String>,
    #[schema(schema_with = fields::bio, required = false)]
    #[serde(default)]
    bio: Patch<String>,
    #[schema(schema_with = fields::profile_picture_url, required = false)]
    #[serde(default)]
    profile_picture_url: Patch<HttpUrl>,
    #[schema(schema_with = fields::linkedin_profile_url, required = false)]
    #[serde(default)]
    linkedin_profile_url: Patch<HttpUrl>,
    #[schema(schema_with = fields::github_profile_url, required = false)]
    #[serde(default)]
    github_profile_url: Patch<HttpUrl>,
    /// The role that takes effect when the address is verified. Whoever registers himself cannot choose it.
    #[schema(schema_with = fields::role_or_null, required = false)]
    pub role: Option<Role>,
    /// The password.
    #[schema(schema_with = fields::password)]
    pub password: String,
}

impl Fields for NewAccount {
    shape_of!(NewAccount);

    fn review(app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        passwords::review(app, sent, "password", faults);
    }
}

impl NewAccount {
    /// A new account of which nothing is known but names.
    pub fn named(
        email: EmailAddress,
        nickname: Patch<Nickname>,
        [first_name, last_name]: [Patch<String>; 2],
        password: String,
    ) -> Self {
        Self {
            email,
            nickname,
            first_name,
            last_name,
            bio: Patch::Keep,
            profile_picture_url: Patch::Keep,
            linkedin_profile_url: Patch::Keep,
            github_profile_url: Patch::Keep,
            role: None,
            password,
        }
    }

    /// The hash of the password, if it is good.
    pub async fn accept_password(&self, app: &App, asker: &Asker) -> Result<String> {
        let nickname = self.nickname.get().map(Nickname::as_str);
        let names = [&self.first_name, &self.last_name];
        let names = names
            .into_iter()
            .filter_map(|name| name.get().map(String::as_str));
        let personal: Vec<&str> = [self.email.as_str()]
            .into_iter()
            .chain(nickname)
            .chain(names)
            .collect();
        passwords::accept(app, asker, &self.password, &personal).await
    }
}

/// How a new account begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Initial {
    /// The role that it gets at once when it is verified, and otherwise with the verification.
    pub role: Role,
    /// Whether its address needs no proof.
    pub verified: bool,
}

/// Makes the account; its role takes effect when the address is verified by the link that is mailed to it.
pub async fn create(app: &App, staff: &Staff, new: NewAccount) -> Result<Account> {
    make(app, staff, new, false).await
}

/// Makes the account and vouches for its address: no link is mailed, and the role holds at once.
pub async fn create_verified(app: &App, staff: &Staff, new: NewAccount) -> Result<Account> {
    make(app, staff, new, true).await
}

async fn make(app: &App, staff: &Staff, new: NewAccount, verified: bool) -> Result<Account> {
    let role = new.role.unwrap_or(Role::Authenticated);
    let initial = Initial { role, verified };
    let done = match staff.may_manage(role) {
        Ok(()) => insert_by(app, staff, &new, initial).await,
        Err(error) => Err(error),
    };
    record::refusal(app, staff, (Event::AccountCreated, None), done).await
}

async fn insert_by(
    app: &App,
    staff: &Staff,
    new: &NewAccount,
    initial: Initial,
) -> Result<Account> {
    let asker = &Asker::of(&Actor::from(staff).client);
    let hash = &new.accept_password(app, asker).await?;
    app.db
        .transaction(|tx| async move {
            let account = insert(app, &tx, (new, hash), initial).await?;
            let note = audit::note(Event::AccountCreated, staff).on(account.id);
            let note = note.with("role", initial.role.name());
            let note = note.with("verified", initial.verified);
            let note = note.personal("email", account.email.as_str());
            note.write(app, &tx).await?;
            Ok(account)
        })
        .await
}

/// Inserts the account, and mails the link that verifies it unless it is verified already.
pub async fn insert(
    app: &App,
    tx: &Tx,
    (new, hash): (&NewAccount, &str),
    initial: Initial,
) -> Result<Account> {
    // Asked before the insertion: PostgreSQL gives a transaction up at its first broken rule.
    let email_key = new.email.key();
    let taker = store::find_email_taker(tx, &email_key, app.clock.now()).await?;
    if taker.is_some() {
        return Err(Problem::EmailTaken.into());
    }
    let account = build(app, new, &nickname(tx, new).await?, initial);
    keep(app, tx, (&account, &new.email), hash).await?;
    Ok(account)
}

/// Inserts an account that was built before, and mails the link that verifies it unless it is verified already.
pub async fn keep(
    app: &App,
    tx: &Tx,
    (account, email): (&Account, &EmailAddress),
    hash: &str,
) -> Result<()> {
    store::insert(tx, account, &email.key(), hash).await?;
    // Asked once more: whoever was leaving the address at this moment has been waited for, and can have it again.
    verification::require_free(app, tx, (&email.key(), account.id)).await?;
    if account.email_verified_at.is_none() {
        let purpose = (Purpose::Registration, account.first_name());
        verification::request(app, tx, (account.id, email), purpose).await?;
    }
    Ok(())
}

/// The account as it will be, not yet inserted.
pub fn build(app: &App, new: &NewAccount, nickname: &Nickname, initial: Initial) -> Account {
    let now = app.clock.now();
    let (role, pending_role) = if initial.verified {
        (initial.role, None)
    } else {
        (Role::Anonymous, Some(initial.role))
    };
    Account {
        id: AccountId::new(),
        email: new.email.to_string(),
        nickname: nickname.to_string(),
        first_name: new.first_name.clone().set(),
        last_name: new.last_name.clone().set(),
        bio: new.bio.clone().set(),
        profile_picture_url: new
            .profile_picture_url
            .clone()
            .set()
            .map(|url| url.to_string()),
        linkedin_profile_url: new
            .linkedin_profile_url
            .clone()
            .set()
            .map(|url| url.to_string()),
        github_profile_url: new
            .github_profile_url
            .clone()
            .set()
            .map(|url| url.to_string()),
        role,
        pending_role,
        is_professional: false,
        email_verified_at: initial.verified.then_some(now),
        locked_at: None,
        locked_until: None,
        created_at: now,
        updated_at: now,
        last_login_at: None,
    }
}

/// The nickname that was asked for if it is free, or a new one.
pub async fn nickname(tx: &Tx, new: &NewAccount) -> Result<Nickname> {
    if let Patch::Set(nickname) = &new.nickname {
        let is_taken = store::find_nickname_taker(tx, &nickname.key())
            .await?
            .is_some();
        return if is_taken {
            Err(Problem::NicknameTaken.into())
        } else {
            Ok(nickname.clone())
        };
    }
    loop {
        let nickname = nicknames::generate(&mut crypto::rng());
        if store::find_nickname_taker(tx, &nickname.key())
            .await?
            .is_none()
        {
            return Ok(nickname);
        }
    }
}

/// Create a user
///
/// The role (by default `AUTHENTICATED`) takes effect when the address is verified; until then the account is `ANONYMOUS`.
#[utoipa::path(
    post,
    path = "/users/",
    operation_id = "accounts_create",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    request_body(content = NewAccount, example = json!({"email": "jane.roe@example.com", "nickname": "jane_roe",
        "first_name": "Jane", "last_name": "Roe", "role": "AUTHENTICATED", "password": "Secure*1234"})),
    responses((status = 201, description = "The new user.", body = AccountView), Taken, Unauthenticated, Forbidden, Invalid)
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, input::Json(new)): Checked<Staff, input::Json<NewAccount>>,
) -> Result<(StatusCode, Json<AccountView>)> {
    let account = create(&app, &staff, new).await?;
    Ok((
        StatusCode::CREATED,
        Json(AccountView::of(&app, account, Viewer::Staff(&staff))),
    ))
}
