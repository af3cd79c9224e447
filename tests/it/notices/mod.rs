//! Notices: mails that tell people what has happened to their account.

mod attempts;
mod letters;
mod refresh;

use crate::support::TestApp;
use crate::support::mailbox::Mail;

/// The mails to an address whose subject begins so, newest first.
async fn told(app: &TestApp, email: &str, subject: &str) -> Vec<Mail> {
    let mails = app.mails_to(email).await.into_iter();
    mails
        .filter(|mail| mail.subject.starts_with(subject))
        .collect()
}
