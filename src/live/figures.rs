//! The figures that change while somebody looks, as the pages show them, and who may see which.

use serde_json::{Map, Value};

use crate::app::App;
use crate::error::Result;
use crate::mail::{self, QueueCounts};
use crate::roles::Role;
use crate::statistics;

/// The figures of a moment: names and texts.
pub(super) struct Figures {
    /// Those of the overview.
    staff: Map<String, Value>,
    /// Those of the mail queue, which is for administrators.
    admin: Map<String, Value>,
}

impl Figures {
    /// What this role may see, as JSON.
    pub fn of(&self, role: Role) -> String {
        let mut seen = self.staff.clone();
        if role == Role::Admin {
            seen.extend(self.admin.clone());
        }
        Value::Object(seen).to_string()
    }
}

/// Reads the figures: a few statements, whatever there is in the tables.
pub(super) async fn read(app: &App) -> Result<Figures> {
    let counts = mail::queue_counts(app).await?;
    let mut staff = Map::new();
    for figure in statistics::moment(app, &counts).await? {
        staff.insert(figure.id.to_owned(), figure.value.into());
    }
    Ok(Figures {
        staff,
        admin: of_mail(&counts),
    })
}

fn of_mail(counts: &QueueCounts) -> Map<String, Value> {
    let figures = [
        ("mail_waiting", counts.waiting),
        ("mail_retrying", counts.retrying),
        ("mail_dead", counts.dead),
        ("mail_sent", counts.sent),
    ];
    let texts = figures.map(|(name, count)| (name.to_owned(), counts.words(count).into()));
    texts.into_iter().collect()
}
