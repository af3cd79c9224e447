//! Record what staff wanted to do to an account and was refused.

use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Problem, Result};
use crate::ids::AccountId;
use crate::sessions::Staff;

/// Passes `done` on, and writes a refusal down: after the transaction, which the refusal has undone.
pub(super) async fn refusal<T>(
    app: &App,
    staff: &Staff,
    (event, id): (Event, Option<AccountId>),
    done: Result<T>,
) -> Result<T> {
    let Err(Error::Problem(problem)) = &done else {
        return done;
    };
    let note = match problem {
        Problem::NotPermitted => {
            let note = audit::note(Event::AccessDenied, staff).refused("manage");
            note.with("event", event.code())
        }
        Problem::LastAdministrator => audit::note(event, staff).refused("last_administrator"),
        Problem::EmailTaken => audit::note(event, staff).refused("email_taken"),
        _ => return done,
    };
    note.on(id).write(app, &app.db).await?;
    done
}
