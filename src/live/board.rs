//! The board: who looks, what there is to be seen, and the poller that renews it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

use super::figures::{self, Figures};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::ids::SessionId;
use crate::roles::Role;
use crate::sessions;

/// How often the poller looks: a session that has ended is felt within that.
const PACE: Duration = Duration::from_secs(2);

/// How long a look may take. Who cannot be looked after is let go.
const PATIENCE: Duration = Duration::from_secs(5);

/// Streams of one session at a time: a few windows. A browser has six connections for a site, and needs some for its pages.
pub const MOST_OF_SESSION: usize = 3;

/// Streams of all at a time.
pub const MOST: usize = 100;

/// When one who was refused may try again.
const LATER: Duration = Duration::from_secs(30);

/// What the poller has seen.
#[derive(Clone, Default)]
struct Look {
    /// Looks are counted: one that began before somebody came does not know him.
    number: u64,
    /// The roles of those whose sessions hold.
    roles: Arc<HashMap<SessionId, Role>>,
    /// `None` when it could not look.
    figures: Option<Arc<Figures>>,
}

#[derive(Default)]
struct Present {
    /// Streams by session.
    seats: HashMap<SessionId, usize>,
    /// The look that was begun last.
    number: u64,
    is_polling: bool,
}

/// Who looks, and what there is to be seen.
#[derive(Default)]
pub struct Board {
    present: Mutex<Present>,
    look: watch::Sender<Look>,
    bell: Notify,
}

/// A place before the board. Dropping it leaves.
pub(super) struct Seat {
    app: App,
    session: SessionId,
    /// The last look that cannot know of this seat.
    since: u64,
    look: watch::Receiver<Look>,
}

impl Board {
    fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Streams that are open.
    pub fn count(&self) -> usize {
        self.present().seats.values().sum()
    }

    /// Looks at once instead of in a moment.
    pub fn wake(&self) {
        self.bell.notify_one();
    }

    /// The next look, if somebody is there to see it.
    fn begin_look(&self) -> Option<(u64, Vec<SessionId>)> {
        let mut present = self.present();
        if present.seats.is_empty() {
            present.is_polling = false;
            return None;
        }
        present.number += 1;
        Some((present.number, present.seats.keys().copied().collect()))
    }
}

/// Takes a seat for a session, if there is one left.
pub(super) fn sit_down(app: &App, session: SessionId) -> Result<Seat> {
    let mut present = app.live.present();
    let all: usize = present.seats.values().sum();
    let own = present.seats.get(&session).copied().unwrap_or(0);
    if own >= MOST_OF_SESSION || all >= MOST {
        return Err(Error::TryLater(Problem::TooManyRequests, LATER));
    }
    *present.seats.entry(session).or_default() += 1;
    if !present.is_polling {
        present.is_polling = true;
        tokio::spawn(poll(app.clone()));
    }
    let seat = Seat {
        app: app.clone(),
        session,
        since: present.number,
        look: app.live.look.subscribe(),
    };
    drop(present);
    app.live.wake();
    Ok(seat)
}

/// Looks until nobody is there any more.
async fn poll(app: App) {
    while let Some((number, sessions)) = app.live.begin_look() {
        let seen = timeout(PATIENCE, look(&app, &sessions)).await;
        let seen = seen.unwrap_or_else(|_| Err(Problem::Unavailable.into()));
        let (roles, figures) = match seen {
            Ok((roles, figures)) => (roles, Some(Arc::new(figures))),
            Err(error) => {
                tracing::warn!(?error, "the figures of the console cannot be read");
                (HashMap::new(), None)
            }
        };
        app.live.look.send_replace(Look {
            number,
            roles: Arc::new(roles),
            figures,
        });
        tokio::select! {
            () = app.live.bell.notified() => {}
            () = sleep(PACE) => {}
        }
    }
}

async fn look(app: &App, sessions: &[SessionId]) -> Result<(HashMap<SessionId, Role>, Figures)> {
    let mut roles = HashMap::new();
    for session in sessions {
        if let Some(role) = sessions::role_of(app, *session).await? {
            roles.insert(*session, role);
        }
    }
    Ok((roles, figures::read(app).await?))
}

impl Seat {
    /// What there is to be seen next; `None` when this one may look no longer.
    pub async fn next(&mut self) -> Option<(Role, Arc<Figures>)> {
        loop {
            self.look.changed().await.ok()?;
            let look = self.look.borrow_and_update().clone();
            if look.number <= self.since {
                continue;
            }
            let role = look.roles.get(&self.session).copied();
            return role.filter(|role| role.is_staff()).zip(look.figures);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut present = self.app.live.present();
        if let Some(count) = present.seats.get_mut(&self.session) {
            *count -= 1;
            if *count == 0 {
                present.seats.remove(&self.session);
            }
        }
    }
}
