//! Keys: published for everybody, and rotated without logging anybody out.

mod publish;
mod rotate;

use gatepost::app::App;
use gatepost::sessions::Admin;
use gatepost::signing;

/// Rotates as the command line does, and answers the new `kid`.
pub async fn rotate(app: &App) -> String {
    let made = signing::rotate(app, &Admin::operator(), None)
        .await
        .unwrap();
    made.expect("a new key")
}
