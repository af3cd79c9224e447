//! Verification: the link in the mail, and the button behind it.

mod confirm;
mod resend;
mod verify;

/// A link that has the form of a right one.
fn guess(id: &str) -> String {
    format!("/verify-email/{id}/{}", "A".repeat(43))
}

const INVALID: &str = "Invalid or expired verification token";
