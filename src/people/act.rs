//! What staff can do to people, one or many: each with its words, and the operation that does it.

use crate::accounts::{self, Account, AccountChange};
use crate::app::App;
use crate::error::Result;
use crate::http::input;
use crate::ids::AccountId;
use crate::professionals;
use crate::recovery;
use crate::roles::Role;
use crate::sessions::Staff;
use crate::user_sessions;
use crate::verification;

/// Declares the acts: code, what the button says, what will happen, and what has happened.
macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $button:literal, $consequence:literal, $done:literal;)+) => {
        /// Something that staff can do to an account.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Act { $($(#[$doc])* $name),+ }

        impl Act {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name in addresses.
            pub fn code(self) -> &'static str { match self { $(Self::$name => $code),+ } }

            /// What the button says.
            pub fn button(self) -> &'static str { match self { $(Self::$name => $button),+ } }

            /// What will happen to each.
            pub fn consequence(self) -> &'static str { match self { $(Self::$name => $consequence),+ } }

            /// What has happened.
            pub fn done(self) -> &'static str { match self { $(Self::$name => $done),+ } }
        }
    };
}

acts! {
    /// Keep the person out.
    Lock = "lock", "Lock", "All sessions end, and nobody can log in until the lock is lifted.", "Locked. All sessions have ended.";
    /// Let the person in again.
    Unlock = "unlock", "Unlock", "Lifts the lock of an administrator, and one that wrong passwords have led to.", "Unlocked.";
    /// Give another role.
    SetRole = "role", "Change the role", "Whoever gets a lower role is signed out. An account whose address is not verified gets the role with the verification.", "The role is changed.";
    /// Mail the link that verifies the address.
    Remind = "resend-verification", "Send the verification again", "A new link is mailed to an address that is not verified yet. Older links stop working.", "The link is on its way.";
    /// Make the person choose a new password.
    ResetPassword = "reset-password", "Force a new password", "All sessions end, and the password does not work any more. A link is mailed by which its owner chooses a new one; nobody else ever sees it.", "The password does not work any more, and a link for a new one is on its way.";
    /// Sign the person out everywhere.
    EndSessions = "end-sessions", "End all sessions", "Signs out everywhere. Nothing keeps the person from logging in again.", "All sessions have ended.";
    /// Mark as a professional.
    Grant = "grant-professional", "Mark as professional", "The person is told by mail.", "Marked as a professional. The person is told by mail.";
    /// Take that mark away.
    Withdraw = "withdraw-professional", "Take the professional mark away", "The person is told by mail.", "Not marked as a professional any more. The person is told by mail.";
    /// Delete for good.
    Delete = "delete", "Delete", "The account goes for good, with its profile, sessions, notes and mails. This cannot be taken back.", "The account is deleted.";
}

impl Act {
    /// The act with that name.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.code() == code)
    }

    /// Whether it asks for a password that was typed only now: what is gone or given away does not come back by itself.
    pub fn is_dangerous(self) -> bool {
        matches!(self, Self::SetRole | Self::ResetPassword | Self::Delete)
    }

    /// Whether the button is marked as one that hurts.
    pub fn is_harsh(self) -> bool {
        matches!(self, Self::Lock | Self::ResetPassword | Self::Delete)
    }

    /// Whether it makes sense for the account as it is.
    pub fn fits(self, account: &Account, is_locked: bool) -> bool {
        match self {
            Self::Lock => account.locked_at.is_none(),
            Self::Unlock => is_locked,
            Self::Remind => account.email_verified_at.is_none(),
            Self::Grant => !account.is_professional,
            Self::Withdraw => account.is_professional,
            Self::SetRole | Self::ResetPassword | Self::EndSessions | Self::Delete => true,
        }
    }

    /// Does it: the operation knows whether it is allowed.
    pub async fn perform(
        self,
        app: &App,
        staff: &Staff,
        (id, role): (AccountId, Option<Role>),
    ) -> Result<()> {
        match self {
            Self::Lock => accounts::lock(app, staff, id).await.map(drop),
            Self::Unlock => accounts::unlock(app, staff, id).await.map(drop),
            Self::SetRole => {
                let wanted =
                    serde_json::Map::from_iter([("role".to_owned(), role.map(Role::name).into())]);
                let change: AccountChange = input::judge_object(app, &wanted)?;
                accounts::update(app, staff, id, change).await.map(drop)
            }
            Self::Remind => verification::remind(app, staff, id).await,
            Self::ResetPassword => recovery::force(app, staff, id).await,
            Self::EndSessions => user_sessions::end_all(app, staff, id).await.map(drop),
            Self::Grant => professionals::grant(app, staff, id).await.map(drop),
            Self::Withdraw => professionals::withdraw(app, staff, id).await.map(drop),
            Self::Delete => accounts::delete(app, staff, id).await,
        }
    }
}
