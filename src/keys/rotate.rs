//! Rotate the signing keys: a new one signs from now on, the old ones verify until their last tokens have run out.
//!
//! Who may do so, and its doors: `src/signing/rotate.rs`.

use super::{SigningKey, keyring, store};
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::clock::Timestamp;
use crate::crypto::MasterKey;
use crate::db::Tx;
use crate::error::{Error, Result};

/// Makes a new signing key, retires the others, deletes those that nothing can need any more, and answers the new `kid`. With
/// `instead_of` only as long as that key signs: of two who want to replace the same one, the second is answered `None`.
pub async fn rotate(app: &App, by: &Actor, instead_of: Option<&str>) -> Result<Option<String>> {
    let now = app.clock.now();
    let kid = app
        .db
        .transaction(|tx| async move {
            store::guard(&tx, now).await?;
            if let Some(known) = instead_of
                && store::find_signing(&tx).await?.as_deref() != Some(known)
            {
                return Ok(None);
            }
            let kid = insert_new(&tx, &app.secrets, now).await?;
            store::set_others_retired(&tx, &kid, now).await?;
            store::delete_retired(&tx, unneeded(app)).await?;
            audit::note(Event::KeyRotated, by)
                .with("kid", kid.clone())
                .write(app, &tx)
                .await?;
            Ok::<_, Error>(Some(kid))
        })
        .await?;
    app.keys.forget();
    Ok(kid)
}

/// Deletes the keys whose last tokens have run out.
pub async fn purge(app: &App) -> Result<u64> {
    Ok(store::delete_retired(&app.db, unneeded(app)).await?)
}

/// A key that was retired before this moment has signed nothing that is still good: no token outlives its session.
fn unneeded(app: &App) -> Timestamp {
    app.clock.now().minus(app.config.session.lifetime.get())
}

pub(super) async fn insert_new(tx: &Tx, secrets: &MasterKey, now: Timestamp) -> Result<String> {
    let private = SigningKey::generate()?;
    let kid = SigningKey::from_pkcs8(&private)?.kid;
    store::insert(
        tx,
        &kid,
        &secrets.seal(&keyring::context(&kid), &private),
        now,
    )
    .await?;
    Ok(kid)
}
