//! Compare a password with what is stored of an account, or with nothing: whoever asks cannot tell which it was.

use super::{Full, Share, Verdict, foreign, hash};
use crate::app::App;

/// Compares `password` with `stored`. Without a stored hash, or with one that no password has, the answer is `Wrong`, after work
/// that some account of this server would have cost as well. `who` decides which: the same name always costs the same.
pub async fn compare(
    app: &App,
    lane: Share<'_>,
    password: &str,
    (who, stored): (&str, Option<&str>),
) -> Result<Verdict, Full> {
    app.decoys.freshen(app);
    let opened = stored.and_then(|stored| foreign::opened(&app.secrets, stored));
    if let Some(stored) = opened.as_deref().filter(|stored| hash::is_known(stored)) {
        return lane.verify(password, Some(stored)).await;
    }
    // Hash anyway: neither an unknown name nor an account without a password may answer sooner.
    let decoy = app.decoys.choose(app, who);
    lane.verify(password, decoy.as_deref()).await?;
    Ok(Verdict::Wrong)
}
