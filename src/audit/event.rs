//! Every kind of event, with its stable code.

/// Declares the events: name and code.
macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)+) => {
        /// Something worth remembering.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Event { $($(#[$doc])* $name),+ }

        impl Event {
            /// Every event there is.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code.
            pub fn code(self) -> &'static str { match self { $(Self::$name => $code),+ } }
        }
    };
}

events! {
    /// Somebody has registered.
    Registered = "account_registered";
    /// A registration was refused.
    RegistrationRefused = "registration_refused";
    /// An account was made for somebody.
    AccountCreated = "account_created";
    /// An account's data were changed.
    AccountUpdated = "account_updated";
    /// An account has another role.
    RoleChanged = "role_changed";
    /// An account was locked by staff.
    AccountLocked = "account_locked";
    /// An account was unlocked by staff.
    AccountUnlocked = "account_unlocked";
    /// A person was marked as a professional.
    ProfessionalGranted = "professional_granted";
    /// A person is not marked as a professional any more.
    ProfessionalWithdrawn = "professional_withdrawn";
    /// Staff have written a note about an account.
    NoteAdded = "note_added";
    /// Staff have deleted a note about an account.
    NoteDeleted = "note_deleted";
    /// An account is gone.
    AccountDeleted = "account_deleted";
    /// A person has asked for his account to be deleted.
    DeletionRequested = "deletion_requested";
    /// A person has kept the account that he wanted deleted.
    DeletionCancelled = "deletion_cancelled";
    /// A person has downloaded his data.
    DataExported = "data_exported";
    /// The first administrator was made by the link of the start-up log.
    ServerClaimed = "server_claimed";
    /// Somebody logged in, or did not.
    Login = "login";
    /// Wrong passwords have locked an address for a while.
    LockedOut = "locked_out";
    /// A session was ended by the person.
    Logout = "logout";
    /// Sessions were ended by somebody or by a rule.
    SessionsEnded = "sessions_ended";
    /// An administrator has signed in as somebody else, or wanted to.
    SignedInAs = "signed_in_as";
    /// An administrator is himself again.
    SignInAsEnded = "sign_in_as_ended";
    /// A used refresh token was presented again.
    RefreshTokenReused = "refresh_token_reused";
    /// The password was typed again for a session.
    Reauthenticated = "reauthenticated";
    /// The password was changed, or was not.
    PasswordChanged = "password_changed";
    /// A link for a new password was asked for.
    RecoveryRequested = "recovery_requested";
    /// A new password was chosen by a mailed link, or was not.
    PasswordReset = "password_reset";
    /// Staff have made somebody choose a new password.
    PasswordResetForced = "password_reset_forced";
    /// A link that proves an address was mailed.
    VerificationRequested = "verification_requested";
    /// An address was proved, or was not.
    EmailVerified = "email_verified";
    /// An account is to have another address.
    EmailChangeRequested = "email_change_requested";
    /// An account has another address.
    EmailChanged = "email_changed";
    /// The old address has taken a change back.
    EmailChangeUndone = "email_change_undone";
    /// Somebody was invited.
    InvitationCreated = "invitation_created";
    /// An invitation was taken back.
    InvitationRevoked = "invitation_revoked";
    /// An invitation was accepted, or was not.
    InvitationAccepted = "invitation_accepted";
    /// Accounts of another system were imported.
    AccountsImported = "accounts_imported";
    /// The accounts were taken out of the server.
    AccountsExported = "accounts_exported";
    /// A caller asked for what his role does not allow, or not while he is signed in as somebody else.
    AccessDenied = "access_denied";
    /// A limit was reached.
    LimitReached = "limit_reached";
    /// Tokens are signed by another key.
    KeyRotated = "key_rotated";
    /// Entries of the audit log were taken out of the server.
    AuditExported = "audit_exported";
    /// Accounts were taken out of the console as a file.
    PeopleExported = "people_exported";
    /// Mails that waited or were given up are tried again.
    MailRetried = "mail_retried";
    /// A mail was given up for good before it was sent.
    MailDropped = "mail_dropped";
}
