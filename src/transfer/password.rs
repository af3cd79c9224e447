//! What is stored of an adopted hash: as it is, sealed, or hashed once more.

use tokio::task::JoinSet;

use super::judge::Candidate;
use crate::accounts::store::bulk;
use crate::app::App;
use crate::error::{Error, Result};
use crate::passwords::Cost;
use crate::passwords::foreign::{Adopted, NO_PASSWORD, Weak, kind, seal, wrap};

/// A hash, ready to be stored unless it is weak.
pub(super) struct Prepared {
    pub stored: String,
    pub kind: Option<String>,
    pub weak: Option<Weak>,
    pub has_password: bool,
}

impl Prepared {
    pub fn nothing() -> Self {
        Self {
            stored: NO_PASSWORD.to_owned(),
            kind: None,
            weak: None,
            has_password: false,
        }
    }

    pub fn of(app: &App, adopted: Adopted) -> Self {
        let ours = Cost::of(&app.config);
        match adopted {
            Adopted::Nothing => Self::nothing(),
            Adopted::Kept(text) => {
                let kind = kind(&text, ours);
                Self {
                    stored: text,
                    kind,
                    weak: None,
                    has_password: true,
                }
            }
            Adopted::Secret(text) => {
                let kind = kind(&text, ours);
                Self {
                    stored: seal(&app.secrets, &text),
                    kind,
                    weak: None,
                    has_password: true,
                }
            }
            Adopted::Weak(weak) => Self {
                weak: Some(weak),
                has_password: true,
                ..Self::nothing()
            },
        }
    }
}

/// Hashes what is weak among the candidates, on all lanes; answers how many that were. With `only_new`, not for who is there already:
/// an import that goes on must not hash again what it has hashed.
pub(super) async fn strengthen(
    app: &App,
    candidates: &mut [Candidate],
    only_new: bool,
) -> Result<u64> {
    let mut count = 0;
    let keys = candidates
        .iter()
        .filter(|candidate| candidate.weak.is_some() && only_new);
    let keys: Vec<String> = keys
        .map(|candidate| candidate.row.email_key.clone())
        .collect();
    let present = bulk::list_email_takers(&app.db, &keys).await?;
    let mut running = JoinSet::new();
    let most = app.config.lanes() * 2;
    let weak: Vec<(usize, Weak)> = candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| !present.contains_key(&candidate.row.email_key))
        .filter_map(|(place, candidate)| Some((place, candidate.weak.clone()?)))
        .collect();
    let mut waiting = weak.into_iter();
    loop {
        while running.len() < most
            && let Some((place, weak)) = waiting.next()
        {
            let lane = app.lane.clone();
            running.spawn(async move {
                let hash = lane.hash(weak.digits()).await?;
                Ok::<_, Error>((place, wrap(&weak, &hash)))
            });
        }
        let Some(done) = running.join_next().await else {
            return Ok(count);
        };
        let (place, stored) = done.map_err(|error| Error::Internal(error.to_string()))??;
        if let Some(candidate) = candidates.get_mut(place) {
            candidate.row.password_hash = stored;
            count += 1;
        }
    }
}
