//! Write down how acting ended: in the row of the session, and in the audit log, which has told its beginning.

use super::store::{self, Open};
use crate::app::App;
use crate::audit::{self, Actor, Event};
use crate::clock::Timestamp;
use crate::db::{Run, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, SessionId};
use crate::sessions::end::note_ended;
use crate::sessions::{Caller, Ending};

/// The reason in the audit log of one in whose place the same administrator has begun another one.
const REPLACED: &str = "replaced";

/// Which sessions are ended.
#[derive(Debug, Clone, Copy)]
pub(in crate::sessions) enum Which {
    One(SessionId),
    /// Those in which this account is seen, but for one.
    Of(AccountId, Option<SessionId>),
    /// All but one.
    All(Option<SessionId>),
}

impl Which {
    fn has(self, open: &Open) -> bool {
        match self {
            Self::One(id) => open.id == id,
            Self::Of(account, but) => open.account == account && Some(open.id) != but,
            Self::All(but) => Some(open.id) != but,
        }
    }
}

impl Open {
    /// When it was over without anybody's doing, and why, if it is.
    fn over(&self, app: &App) -> Option<(Timestamp, Ending)> {
        let idle_at = self.last_seen_at.plus(app.config.session.idle.get());
        let (at, why) = if idle_at <= self.expires_at {
            (idle_at, Ending::Idle)
        } else {
            (self.expires_at, Ending::Expired)
        };
        match self.own_ended_at {
            // As the list of sessions shows it meanwhile: nobody has used it since.
            Some(own) if own <= at => Some((self.last_seen_at, Ending::SupportOver)),
            _ => (at <= app.clock.now()).then_some((at, why)),
        }
    }
}

/// Ends those that are open, because something else has ended; answers how many those were. One that was over already is told as
/// what it was.
pub(in crate::sessions) async fn cut_off(
    app: &App,
    tx: &Tx,
    which: Which,
    why: Ending,
) -> Result<u64> {
    let mut count = 0;
    for open in store::list_open(tx).await? {
        if which.has(&open) && !settle(app, tx, &open).await? {
            let by = Actor::system();
            let how = (app.clock.now(), why, why.code());
            count += u64::from(end(app, tx, (&open, by), how).await?);
        }
    }
    Ok(count)
}

/// Ends what the administrator has begun before: he is signed in as one person at a time.
pub(super) async fn replace(app: &App, tx: &Tx, caller: &Caller) -> Result<()> {
    for open in store::list_open(tx).await? {
        if open.administrator == caller.account && !settle(app, tx, &open).await? {
            let by = Actor {
                on_behalf_of: Some(open.account),
                ..Actor::from(caller)
            };
            let how = (app.clock.now(), Ending::SupportEnded, REPLACED);
            end(app, tx, (&open, by), how).await?;
        }
    }
    Ok(())
}

/// Writes down the end of all that have run out, or hung on a session that is over.
pub(in crate::sessions) async fn set_all_over(app: &App) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            for open in store::list_open(&tx).await? {
                settle(app, &tx, &open).await?;
            }
            Ok::<_, Error>(())
        })
        .await
}

/// Writes down that it is over, if it is; answers whether.
async fn settle(app: &App, run: &impl Run, open: &Open) -> Result<bool> {
    let Some((at, why)) = open.over(app) else {
        return Ok(false);
    };
    let by = Actor::system();
    end(app, run, (open, by), (at, why, why.code())).await?;
    Ok(true)
}

/// Ends one at that moment, and tells who was signed in as whom, and why he is not any more.
async fn end(
    app: &App,
    run: &impl Run,
    (open, by): (&Open, Actor),
    (at, why, reason): (Timestamp, Ending, &'static str),
) -> Result<bool> {
    let is_ended = store::set_ended(run, open.id, (at, why)).await?;
    if is_ended {
        note_ended(app, run, why, 1);
        let note = audit::note(Event::SignInAsEnded, by).on(open.account);
        note.because(reason)
            .with("acting_session", open.id.to_string())
            .with("administrator", open.administrator.to_string())
            .with("ended_at", at.to_string())
            .write(app, run)
            .await?;
    }
    Ok(is_ended)
}
