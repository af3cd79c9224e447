//! Verification: the link in the mail, and the button behind it.

mod confirm;
mod former;
mod remind;
mod resend;
mod undo;
mod undo_page;
mod verify;

use serde_json::json;

use crate::support::mailbox::Mail;
use crate::support::{Answer, Person, TestApp};

/// A link that has the form of a right one.
fn guess(id: &str) -> String {
    format!("/verify-email/{id}/{}", "A".repeat(43))
}

const INVALID: &str = "Invalid or expired verification token";

/// Gives somebody another address: asked for by himself, confirmed at the new one. A millisecond later than what was before.
pub async fn move_to(app: &TestApp, person: &Person, email: &str) {
    app.clock.advance(std::time::Duration::from_millis(1));
    app.put_json("/myaccount", &json!({"email": email}))
        .bearer(&person.token)
        .await
        .expect(200);
    app.get(&app.verify_link(email).await).await.expect(307);
}

/// The mails to an address with a link that takes a change back, newest first.
pub async fn undo_mails(app: &TestApp, email: &str) -> Vec<Mail> {
    let mails = app.mails_to(email).await.into_iter();
    mails
        .filter(|mail| mail.text.contains("/undo-email-change#"))
        .collect()
}

/// The code of the newest mail that takes a change back.
pub async fn undo_code(app: &TestApp, email: &str) -> String {
    let mails = undo_mails(app, email).await;
    let mail = mails
        .first()
        .unwrap_or_else(|| panic!("no such mail to {email}"));
    let code = mail
        .links
        .iter()
        .find_map(|link| link.split_once("/undo-email-change#"));
    code.unwrap_or_else(|| panic!("no link in {mail:#?}"))
        .1
        .to_owned()
}

/// What `POST /undo-email-change` answers.
pub async fn undo(app: &TestApp, code: &str) -> Answer {
    app.post_json("/undo-email-change", &json!({"token": code}))
        .await
}
