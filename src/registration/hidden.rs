//! Register without telling who has an account (`privacy.hide_accounts`).
//!
//! The request builds the account and leaves it to a job, whether or not the address is taken: the same work and the same answer.
//! The job makes the account, or writes to the owner of the address.

use std::net::IpAddr;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::store;
use crate::accounts::{self, Account, Initial, NewAccount, store as account_store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::Timestamp;
use crate::crypto;
use crate::db::Tx;
use crate::email_address::EmailAddress;
use crate::error::{Error, Result};
use crate::http::Client;
use crate::ids::AccountId;
use crate::jobs::{self, Handler};
use crate::limits::{self, Rate};
use crate::mail::{self, Message};
use crate::nicknames;
use crate::roles::Role;

/// What makes the account, after the answer.
pub const REGISTER: (&str, Handler) = ("registration_register", make);

/// Whoever registers: his role takes effect when he has proved the address.
pub(super) const NEWCOMER: Initial = Initial {
    role: Role::Authenticated,
    verified: false,
};

/// The account that was answered, and who asked for it. Kept sealed: it holds the hash of the password.
#[derive(Serialize, Deserialize)]
struct Wanted {
    id: Uuid,
    email: EmailAddress,
    nickname: String,
    names: [Option<String>; 2],
    bio: Option<String>,
    urls: [Option<String>; 3],
    created_at: i64,
    password_hash: String,
    address: IpAddr,
    user_agent: String,
    request_id: String,
}

/// Answers as if the account had been made. Only a taken nickname is told, which everybody can see anyway.
pub(super) async fn register(
    app: &App,
    client: &Client,
    (new, hash): (&NewAccount, &str),
) -> Result<Account> {
    let account = app
        .db
        .transaction(|tx| async move {
            let nickname = accounts::nickname(&tx, new).await?;
            let account = accounts::build(app, new, &nickname, NEWCOMER);
            let about = Wanted::of(new, &account, (client, hash));
            let about =
                serde_json::to_value(about).map_err(|error| Error::Internal(error.to_string()))?;
            jobs::enqueue(&tx, app, REGISTER.0, &about).await?;
            Ok::<_, Error>(account)
        })
        .await?;
    app.bell.ring();
    Ok(account)
}

/// The job.
fn make(app: App, tx: Tx, about: Value) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let wanted: Wanted =
            serde_json::from_value(about).map_err(|error| Error::Internal(error.to_string()))?;
        let client = wanted.client();
        let owner =
            account_store::find_email_taker(&tx, &wanted.email.key(), app.clock.now()).await?;
        if let Some(owner) = owner {
            // Taken as it would be by an account: else whoever chooses it next learns that there is none.
            let key = crate::unicode::fold(&wanted.nickname);
            store::insert_reservation(&tx, &key, owner).await?;
            tell(&app, &tx, owner).await?;
            let note = audit::note(Event::RegistrationRefused, &client).on(owner);
            let note = note.refused("email_taken");
            let note = note.personal("email", wanted.email.as_str());
            return note.write(&app, &tx).await;
        }
        let account = wanted.account(free(&tx, &wanted.nickname).await?);
        let kept = (&account, &wanted.email);
        accounts::keep(&app, &tx, kept, &wanted.password_hash).await?;
        let note = audit::note(Event::Registered, &client).on(account.id);
        note.personal("email", account.email.as_str())
            .write(&app, &tx)
            .await
    })
}

/// The nickname, unless somebody was faster since it was answered: then another one.
async fn free(tx: &Tx, wanted: &str) -> Result<String> {
    let mut nickname = wanted.to_owned();
    loop {
        let key = crate::unicode::fold(&nickname);
        if account_store::find_nickname_taker(tx, &key)
            .await?
            .is_none()
        {
            return Ok(nickname);
        }
        nickname = nicknames::generate(&mut crypto::rng()).to_string();
    }
}

/// Tells the owner by mail: a few times, so that nobody can fill a mailbox by registering its address.
async fn tell(app: &App, tx: &Tx, owner: AccountId) -> Result<()> {
    let owner = account_store::get(tx, owner).await?;
    // To the address as its owner has given it: another spelling may be somebody else's mailbox.
    let Ok(to) = EmailAddress::parse(&owner.email) else {
        return Ok(());
    };
    let bucket = limits::bucket("mails_to_address", &to.key());
    let rate = Rate {
        most: app.config.mail.asked_per_address,
        window: app.config.mail.asked_window.get(),
    };
    if !limits::take(tx, &bucket, rate, app.clock.now()).await? {
        return Ok(());
    }
    let url = |path: &str| format!("{}{path}", app.public_url());
    let context = json!({
        "is_proved": owner.email_verified_at.is_some(),
        "login_url": url("/login-form"),
        "recovery_url": url("/forgot-password-form"),
    });
    let template = "registration/account_exists";
    let message = Message {
        to,
        template,
        context,
    };
    mail::enqueue(tx, app, message).await
}

impl Wanted {
    fn of(new: &NewAccount, account: &Account, (client, hash): (&Client, &str)) -> Self {
        let a = account.clone();
        Self {
            id: a.id.0,
            email: new.email.clone(),
            nickname: a.nickname,
            names: [a.first_name, a.last_name],
            bio: a.bio,
            urls: [
                a.profile_picture_url,
                a.linkedin_profile_url,
                a.github_profile_url,
            ],
            created_at: a.created_at.0,
            password_hash: hash.to_owned(),
            address: client.address,
            user_agent: client.user_agent.clone(),
            request_id: client.request_id.clone(),
        }
    }

    fn client(&self) -> Client {
        Client {
            address: self.address,
            user_agent: self.user_agent.clone(),
            request_id: self.request_id.clone(),
        }
    }

    fn account(&self, nickname: String) -> Account {
        let [first_name, last_name] = self.names.clone();
        let [
            profile_picture_url,
            linkedin_profile_url,
            github_profile_url,
        ] = self.urls.clone();
        let created_at = Timestamp(self.created_at);
        Account {
            id: AccountId(self.id),
            email: self.email.to_string(),
            nickname,
            first_name,
            last_name,
            bio: self.bio.clone(),
            profile_picture_url,
            linkedin_profile_url,
            github_profile_url,
            role: Role::Anonymous,
            pending_role: Some(NEWCOMER.role),
            is_professional: false,
            email_verified_at: None,
            locked_at: None,
            locked_until: None,
            created_at,
            updated_at: created_at,
            last_login_at: None,
        }
    }
}
