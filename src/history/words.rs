//! What has happened, as sentences for the person whom it concerns.

use serde_json::Value;

use super::list::By;
use crate::audit::{Entry, Event};
use crate::ids::AccountId;

/// An event in words.
struct Words {
    event: Event,
    /// It happened to one's own account.
    done: &'static str,
    /// It was tried there.
    refused: &'static str,
    /// One has done it to somebody else.
    others: &'static str,
}

macro_rules! words {
    ($($event:ident: $done:literal, $refused:literal, $others:literal;)+) => {
        const WORDS: &[Words] = &[$(Words {
            event: Event::$event, done: $done, refused: $refused, others: $others,
        }),+];
    };
}

words! {
    Registered: "Your account was made", "A registration was refused", "You made an account";
    RegistrationRefused: "A registration with your address was refused", "A registration with your address was refused", "A registration was refused";
    AccountCreated: "Your account was made", "A new account was refused", "You made an account for somebody";
    AccountUpdated: "Your profile was changed", "A change of your profile was refused", "You changed somebody's account";
    RoleChanged: "Your role was changed", "A change of your role was refused", "You gave somebody another role";
    AccountLocked: "Your account was locked", "A lock of your account was refused", "You locked somebody's account";
    AccountUnlocked: "Your account was unlocked", "Unlocking your account was refused", "You unlocked somebody's account";
    ProfessionalGranted: "You were marked as a professional", "Marking you as a professional was refused", "You marked somebody as a professional";
    ProfessionalWithdrawn: "You are not marked as a professional any more", "Taking your mark of a professional away was refused", "You took somebody's mark of a professional away";
    NoteAdded: "A note about you was written", "A note about you was refused", "You wrote a note about somebody";
    NoteDeleted: "A note about you was deleted", "Deleting a note about you was refused", "You deleted a note about somebody";
    AccountDeleted: "Your account was deleted", "Deleting your account was refused", "You deleted somebody's account";
    DeletionRequested: "The deletion of your account was asked for", "The deletion of your account was refused", "You asked for the deletion of an account";
    DeletionCancelled: "The deletion of your account was called off", "Calling off the deletion of your account was refused", "You called off the deletion of an account";
    DataExported: "Your data were downloaded", "A download of your data was refused", "You downloaded somebody's data";
    ServerClaimed: "Your account became the first administrator's", "The link for the first administrator was refused", "You made the first administrator";
    Login: "A login succeeded", "A login was refused", "A login succeeded";
    LockedOut: "Too many wrong passwords locked logins for a while", "Too many wrong passwords locked logins for a while", "Too many wrong passwords locked logins for a while";
    Logout: "You logged out", "A logout was refused", "You logged out";
    SessionsEnded: "Sessions of yours were ended", "Ending sessions of yours was refused", "You ended somebody's sessions";
    SignedInAs: "An administrator signed in as you, for support", "Signing in as you was refused", "You signed in as somebody else, for support";
    SignInAsEnded: "An administrator was signed in as you, and is not any more", "An end of being signed in as you was refused", "You were signed in as somebody else, and are yourself again";
    RefreshTokenReused: "A used token came again, and its session was ended", "A used token came again, and its session was ended", "A used token came again, and its session was ended";
    Reauthenticated: "The password was confirmed", "The password was to be confirmed and was wrong", "The password was confirmed";
    PasswordChanged: "Your password was changed", "A change of your password was refused", "You changed somebody's password";
    RecoveryRequested: "A link for a new password was asked for", "A link for a new password was asked for and not sent", "You asked for a link by which somebody chooses a new password";
    PasswordReset: "A new password was chosen by the mailed link", "A link for a new password was refused", "A new password was chosen by the mailed link";
    PasswordResetForced: "You were asked to choose a new password, and the old one was made useless", "Making you choose a new password was refused", "You made somebody choose a new password";
    VerificationRequested: "A link that confirms an address was asked for", "A link that confirms an address was asked for and not sent", "You asked for a link that confirms somebody's address";
    EmailVerified: "Your address was confirmed", "A link that confirms an address was refused", "You vouched for somebody's address";
    EmailChangeRequested: "A new address was asked for", "A new address was refused", "You asked for another address for somebody";
    EmailChanged: "Your address was changed", "A change of your address was refused", "You changed somebody's address";
    EmailChangeUndone: "A change of your address was taken back", "Taking back a change of your address was refused", "A change of an address was taken back";
    InvitationCreated: "You invited somebody", "An invitation was refused", "You invited somebody";
    InvitationRevoked: "You took an invitation back", "Taking an invitation back was refused", "You took an invitation back";
    InvitationAccepted: "Your account was made by an invitation", "An invitation was refused", "An invitation was accepted";
    AccountsImported: "Accounts of another system were imported", "An import of accounts was refused", "Accounts of another system were imported";
    AccountsExported: "The accounts were exported", "An export of the accounts was refused", "The accounts were exported";
    AccessDenied: "Something was asked for that your role does not allow", "Something was asked for that your role does not allow", "Something was asked for that your role does not allow";
    LimitReached: "A limit was reached", "A limit was reached", "A limit was reached";
    KeyRotated: "The key that signs tokens was changed", "A change of the key that signs tokens was refused", "The key that signs tokens was changed";
    PeopleExported: "Accounts were exported", "An export of accounts was refused", "Accounts were exported";
    MailRetried: "A mail to you is tried again", "Trying a mail to you again was refused", "You let mails be tried again";
    MailDropped: "A mail to you was given up", "Giving up a mail to you was refused", "You gave up a mail to somebody";
    AuditExported: "The audit log was exported", "An export of the audit log was refused", "The audit log was exported";
}

/// The entry as a sentence to the person `me`.
pub fn sentence(entry: &Entry, me: AccountId, by: By) -> String {
    let found = WORDS.iter().find(|words| words.event.code() == entry.event);
    let is_refused = entry.outcome == "refused";
    let is_of_another = entry.account_id.is_some_and(|account| account != me);
    let what = match found {
        // Of a later release.
        None => return format!("{}.", entry.event.replace('_', " ")),
        Some(_) if is_refused && is_of_another => {
            "Something you wanted to do to somebody's account was refused"
        }
        Some(words) if is_refused => words.refused,
        Some(words) if is_of_another => words.others,
        Some(words) => words.done,
    };
    let who = match by {
        // They say it themselves.
        _ if is_acting(entry) => "",
        By::You | By::Somebody => "",
        By::Staff => " by an administrator",
        By::Operator => " by the operator of this server",
        By::Server => " by the server",
    };
    match reason(entry) {
        Some(reason) => format!("{what}{who}: {reason}"),
        None => format!("{what}{who}."),
    }
}

fn is_acting(entry: &Entry) -> bool {
    [Event::SignedInAs, Event::SignInAsEnded]
        .iter()
        .any(|event| event.code() == entry.event)
}

/// What an administrator gave as his reason for signing in as the person, until it is erased.
fn reason(entry: &Entry) -> Option<String> {
    let personal = entry.personal.as_deref().filter(|_| is_acting(entry))?;
    let personal: Value = serde_json::from_str(personal).ok()?;
    personal.get("reason")?.as_str().map(str::to_owned)
}
