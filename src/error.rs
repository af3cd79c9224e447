//! Errors: every problem that a caller can be told of, with its status, its code and its text, in one table.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::db;
use crate::passwords::Full;

/// What an operation answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation did not do what was asked.
#[derive(Debug)]
pub enum Error {
    /// A problem that the caller is told by its name.
    Problem(Problem),
    /// No account has the identifier.
    NoSuchAccount(crate::ids::AccountId),
    /// Too many requests or too much costly work; worth trying again after the time.
    TryLater(Problem, Duration),
    /// The token names a session that is over; why, as a stable code such as `password_changed`.
    SessionOver(&'static str),
    /// Faults in the input, all of them.
    Invalid(Vec<Fault>),
    /// The database failed.
    Database(db::Fault),
    /// A fault of the program; the text is for the log only.
    Internal(String),
}

/// A fault in the input: an entry of the 422 answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fault {
    /// The kind, such as `string_too_short`.
    pub r#type: &'static str,
    /// Where: `["body", "email"]`.
    pub loc: Vec<Value>,
    /// What is wrong, for people.
    pub msg: String,
    /// What was sent; `null` in place of a secret.
    pub input: Value,
    /// The parameters of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<Value>,
}

/// Declares the problems: name, status, code and text.
macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $status:literal, $code:literal, $detail:literal;)+) => {
        /// A problem that the caller is told, with a stable code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Problem { $($(#[$doc])* $name),+ }

        impl Problem {
            /// Every problem there is, for the documentation.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The HTTP status.
            pub fn status(self) -> u16 { match self { $(Self::$name => $status),+ } }

            /// The machine's name for it.
            pub fn code(self) -> &'static str { match self { $(Self::$name => $code),+ } }

            /// The text for people.
            pub fn detail(self) -> &'static str { match self { $(Self::$name => $detail),+ } }
        }
    };
}

problems! {
    /// Another account has the address.
    EmailTaken = 400, "email_taken", "User with given email already exists.";
    /// Another account has the nickname.
    NicknameTaken = 400, "nickname_taken", "Nickname already exists.";
    /// The link was used, has expired, or never was.
    InvalidVerificationToken = 400, "invalid_verification_token", "Invalid or expired verification token";
    /// The link that was to choose a new password does not work (any more).
    InvalidRecoveryToken = 400, "invalid_recovery_token", "Invalid or expired link for a new password";
    /// The link that was to take a change of address back does not work (any more).
    InvalidUndoToken = 400, "invalid_undo_token", "Invalid or expired link for the old address";
    /// The invitation was accepted, revoked, has expired, or never was.
    InvalidInvitation = 400, "invalid_invitation", "Invalid or expired invitation";
    /// The request cannot be read as HTTP asks for.
    BadRequest = 400, "bad_request", "Bad Request";
    /// Nobody has this address and password.
    BadCredentials = 401, "bad_credentials", "Incorrect email or password.";
    /// The right password, but the address is not proved.
    EmailNotVerified = 401, "email_not_verified", "Email not verified.";
    /// No valid token or session.
    AuthenticationRequired = 401, "authentication_required", "Authentication required";
    /// Too many wrong passwords, or locked by an administrator.
    AccountLocked = 403, "account_locked", "Account locked due to too many failed login attempts.";
    /// The refresh token was used, has expired, or never was; or its session is over.
    InvalidRefreshToken = 401, "invalid_refresh_token", "Invalid or expired refresh token";
    /// The password has to be typed again first (RFC 9470).
    FreshLoginRequired = 401, "fresh_login_required", "Confirm your password to do this.";
    /// The password that was to confirm who is asking is wrong.
    WrongPassword = 403, "wrong_password", "The password is not right.";
    /// Who is to have this account cannot register.
    RegistrationClosed = 403, "registration_closed", "Registration is by invitation only.";
    /// The domain of the address is not among those that may register.
    DomainNotAllowed = 403, "domain_not_allowed", "Registration is not open to addresses at this domain.";
    /// The role does not allow it.
    NotPermitted = 403, "not_permitted", "Operation not permitted";
    /// Whoever is signed in as somebody else may look, and do little.
    NotWhileActing = 403, "not_while_acting", "This cannot be done while you are signed in as somebody else.";
    /// The settings forbid it.
    SignInAsOff = 403, "sign_in_as_off", "Signing in as somebody else is turned off on this server.";
    /// A cookie came with a request that another site, or an outdated form, has made.
    ForgedRequest = 403, "forged_request", "The request did not come from a page of this site. Reload the page and try again.";
    /// Nothing is at this path.
    NotFound = 404, "not_found", "Not Found";
    /// The caller has no such session.
    NoSuchSession = 404, "session_not_found", "Session not found.";
    /// There is no such note about the account.
    NoSuchNote = 404, "note_not_found", "Note not found.";
    /// There is no such mail that could be sent.
    NoSuchMail = 404, "mail_not_found", "No such mail: it is unknown, was sent, or its link has expired.";
    /// Nobody has made such an invitation.
    NoSuchInvitation = 404, "invitation_not_found", "Invitation not found.";
    /// The path has no such method.
    MethodNotAllowed = 405, "method_not_allowed", "Method Not Allowed";
    /// The body did not arrive in time.
    RequestTimeout = 408, "request_timeout", "Request Timeout";
    /// The server would be without an administrator.
    LastAdministrator = 409, "last_administrator", "The last administrator cannot be removed.";
    /// The account is not one of those that an administrator can sign in as.
    CannotSignInAs = 409, "cannot_sign_in_as", "Nobody can sign in as this account: it has to be a member's, verified, not locked, and not about to be deleted.";
    /// There is nothing to verify.
    AlreadyVerified = 409, "already_verified", "The address is verified already.";
    /// Nobody would read more.
    TooManyNotes = 409, "too_many_notes", "The account has as many notes as it can have. Delete some first.";
    /// The invitation has come to its end.
    InvitationOver = 409, "invitation_over", "The invitation was accepted or revoked already.";
    /// The body is above the limit.
    ContentTooLarge = 413, "content_too_large", "Content Too Large";
    /// Too many requests from this network.
    TooManyRequests = 429, "too_many_requests", "Too many requests. Try again later.";
    /// The header fields are above the limit.
    HeadersTooLarge = 431, "headers_too_large", "Request Header Fields Too Large";
    /// The hashing lane is full.
    Busy = 503, "busy", "The server is busy. Try again in a moment.";
    /// The database does not answer.
    Unavailable = 503, "unavailable", "The service is temporarily unavailable. Try again in a moment.";
    /// Not ready: the server has been told to stop.
    Draining = 503, "draining", "The server is about to stop.";
    /// Not ready: the database does not answer, or not in time.
    DatabaseAway = 503, "database_away", "The database does not answer.";
    /// Not ready: the database is that of an earlier release.
    MigrationsMissing = 503, "migrations_missing", "The database lacks migrations of this release.";
    /// Not ready: the hashing lane does nothing.
    HashingStuck = 503, "hashing_stuck", "No password is being hashed.";
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<db::Fault> for Error {
    fn from(fault: db::Fault) -> Self {
        // One place turns the unique rules into the texts of the contract.
        match fault {
            db::Fault::Unique(column) if column == "accounts.email_key" => {
                Problem::EmailTaken.into()
            }
            db::Fault::Unique(column) if column == "accounts.nickname_key" => {
                Problem::NicknameTaken.into()
            }
            fault => Self::Database(fault),
        }
    }
}

impl From<Full> for Error {
    fn from(full: Full) -> Self {
        Self::TryLater(Problem::Busy, full.retry_after)
    }
}

impl db::MayRetry for Error {
    fn may_retry(&self) -> bool {
        matches!(self, Self::Database(db::Fault::Retry))
    }
}
