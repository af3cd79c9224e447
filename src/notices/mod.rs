//! Notices: mails that tell people what has happened to their account, when, from where, and what to do about it.

use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::db::Run;
use crate::email_address::EmailAddress;
use crate::error::Result;
use crate::http::Client;
use crate::limits::{self, Rate};
use crate::mail::{self, Message};
use crate::user_agent;

/// Notices of one kind that one address gets.
pub const A_FEW: Rate = Rate {
    most: 5,
    window: Duration::from_hours(24),
};

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// A login from a browser or network that the account was not used from before.
    NewDevice,
    /// A login after several wrong passwords.
    ManyAttempts,
    /// Wrong passwords have locked the account for a while.
    LockedOut,
    /// The password was changed by somebody who knew it.
    PasswordChanged,
    /// A new password was chosen by the mailed link.
    PasswordReset,
    /// A refresh token was used twice, and its session ended.
    TokenReused,
    /// Staff have marked the person as a professional.
    ProfessionalGranted,
    /// Staff have taken that mark away.
    ProfessionalWithdrawn,
    /// The account is deleted.
    AccountDeleted,
    /// The account will be deleted unless its owner logs in.
    DeletionScheduled,
    /// The deletion was called off by a login.
    DeletionCancelled,
}

impl Notice {
    /// Its name in the template.
    fn name(self) -> &'static str {
        match self {
            Self::NewDevice => "new_device",
            Self::ManyAttempts => "many_attempts",
            Self::LockedOut => "locked_out",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::TokenReused => "token_reused",
            Self::ProfessionalGranted => "professional_granted",
            Self::ProfessionalWithdrawn => "professional_withdrawn",
            Self::AccountDeleted => "account_deleted",
            Self::DeletionScheduled => "deletion_scheduled",
            Self::DeletionCancelled => "deletion_cancelled",
        }
    }
}

impl Notice {
    /// Whether a stranger can cause it again and again: then its owner gets a few a day, and no flood.
    fn may_be_caused_by_strangers(self) -> bool {
        matches!(
            self,
            Self::NewDevice | Self::ManyAttempts | Self::LockedOut | Self::TokenReused
        )
    }
}

/// Whom a notice is for: the account's address, and what to call the person.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The address.
    pub email: String,
    /// The first name, if there is one.
    pub name: Option<String>,
}

/// Puts the notice into the outbox, in the transaction of its cause. Wake `app.post` after the commit.
pub async fn send(
    app: &App,
    run: &impl Run,
    (notice, to): (Notice, &Reader),
    client: &Client,
) -> Result<()> {
    // Only what was an address once is stored as one.
    let Ok(email) = EmailAddress::parse(&to.email) else {
        return Ok(());
    };
    if notice.may_be_caused_by_strangers() {
        let about = format!("{} {}", notice.name(), email.key());
        let bucket = limits::bucket("notices", &about);
        if !limits::take(run, &bucket, A_FEW, app.clock.now()).await? {
            return Ok(());
        }
    }
    let url = |path: &str| format!("{}{path}", app.public_url());
    let context = json!({
        "notice": notice.name(),
        "name": to.name,
        "at": app.clock.now(),
        "by_server": client.is_machine(),
        "address": client.address.to_string(),
        "browser": user_agent::words(&client.user_agent),
        "recovery_url": url("/forgot-password-form"),
        "sessions_url": url("/sessions"),
        "login_url": url("/login-form"),
        "grace": app.config.accounts.deletion_grace.in_words(),
    });
    let message = Message {
        to: email,
        template: "notices/notice",
        context,
    };
    if notice == Notice::AccountDeleted {
        return mail::enqueue_last(run, app, message).await;
    }
    mail::enqueue(run, app, message).await
}
