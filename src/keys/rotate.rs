//! Rotate the signing keys: a new one signs from now on, the old ones verify until their last tokens have run out.
//!
//! Door: `gatepost keys rotate`.

use super::{SigningKey, keyring, store};
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::clock::Timestamp;
use crate::crypto::MasterKey;
use crate::db::Tx;
use crate::error::{Error, Result};

/// Makes a new signing key, retires the others, deletes those that nothing can need any more, and answers the new `kid`.
pub async fn rotate(app: &App) -> Result<String> {
    let now = app.clock.now();
    let kid = app
        .db
        .transaction(|tx| async move {
            store::guard(&tx, now).await?;
            let kid = insert_new(&tx, &app.secrets, now).await?;
            store::set_others_retired(&tx, &kid, now).await?;
            store::delete_retired(&tx, now.minus(app.config.session.lifetime.get())).await?;
            audit::note(Event::KeyRotated, Actor::operator())
                .with("kid", kid.clone())
                .write(app, &tx)
                .await?;
            Ok::<_, Error>(kid)
        })
        .await?;
    app.keys.forget();
    Ok(kid)
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
