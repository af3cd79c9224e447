//! Rotate the signing keys: a new one signs from now on, and tokens signed before stay good until they run out.
//!
//! Doors: the console, `gatepost keys rotate`.

use crate::app::App;
use crate::audit::Actor;
use crate::error::Result;
use crate::keys;
use crate::sessions::Admin;

/// Makes a new key and answers its `kid`. With `instead_of` only if that key still signs: a button that is pressed twice, or by two
/// people at once, makes one key, and the others are answered `None`.
pub async fn rotate(app: &App, admin: &Admin, instead_of: Option<&str>) -> Result<Option<String>> {
    keys::rotate(app, &Actor::from(admin), instead_of).await
}
