//! Export one's own data: everything that is kept about the person, as one file.
//!
//! Door: `GET /myaccount/export`; the page is in `page.rs`.

use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Invited};
use crate::accounts::{AccountView, Viewer, store as account_store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::Timestamp;
use crate::error::{Problem, Result};
use crate::history::{self, HistoryItem, HistoryQuery};
use crate::http::openapi::{OwnerAlone, TooMany, Unauthenticated};
use crate::http::{Checked, Json};
use crate::ids::AccountId;
use crate::limits::{self, Rate};
use crate::notes;
use crate::sessions::{self, Caller, Session, SessionQuery};
use crate::verification::{self, Former};

/// It reads a lot, and nobody needs it often.
const OFTEN: Rate = Rate {
    most: 20,
    window: Duration::from_hours(1),
};

/// What is read at once of a long list.
const PART: u32 = 500;

/// Everything that is kept about a person; never a password, a token, or a digest of one.
#[derive(Debug, Serialize, ToSchema)]
pub struct DataExport {
    /// When it was put together (RFC 3339).
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    exported_at: Timestamp,
    /// The account with its profile.
    account: AccountView,
    /// The address that waits for its link to be followed.
    #[schema(required = true, example = json!(null))]
    pending_email: Option<String>,
    /// Addresses of before, which can be brought back for a while.
    former_emails: Vec<FormerEmail>,
    /// The sessions that are open or have ended in the last 30 days.
    sessions: Vec<Session>,
    /// Browsers and networks that logins have come from. What they are is kept as a digest that only this server can make.
    known_devices: Vec<KnownDevice>,
    /// The invitations that the person has sent.
    invitations: Vec<SentInvitation>,
    /// What staff have written down about the account.
    notes: Vec<WrittenNote>,
    /// What has happened to the account, and what its owner has done, the newest first.
    history: Vec<HistoryItem>,
}

/// An address that the account had.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormerEmail {
    /// The address.
    #[schema(example = "john@example.org")]
    email: String,
    /// When the account got another one.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    changed_at: Timestamp,
    /// Until when that can be taken back.
    #[schema(value_type = String, format = DateTime, example = "2026-02-07T12:00:00.000Z")]
    undo_until: Timestamp,
}

/// A note of the staff.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrittenNote {
    /// What was written.
    #[schema(example = "Called on Monday; knows the number of his order.")]
    text: String,
    /// When.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    created_at: Timestamp,
}

/// A browser and network.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnownDevice {
    /// When it was first used to log in.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    first_seen_at: Timestamp,
    /// When it was last used to log in.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    last_seen_at: Timestamp,
}

/// An invitation that the person has sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentInvitation {
    /// Its identifier.
    #[schema(example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    id: uuid::Uuid,
    /// Who was invited.
    #[schema(example = "jane.roe@example.com")]
    email: String,
    /// With which role.
    #[schema(example = "AUTHENTICATED")]
    role: String,
    /// When it was sent.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    created_at: Timestamp,
    /// Until when it is good.
    #[schema(value_type = String, format = DateTime, example = "2026-02-07T12:00:00.000Z")]
    expires_at: Timestamp,
    /// When it was accepted.
    #[schema(value_type = Option<String>, format = DateTime, required = true, example = json!(null))]
    accepted_at: Option<Timestamp>,
    /// When it was taken back.
    #[schema(value_type = Option<String>, format = DateTime, required = true, example = json!(null))]
    revoked_at: Option<Timestamp>,
}

/// Everything that is kept about the caller. It is written down that he has asked for it.
pub async fn export(app: &App, caller: &Caller) -> Result<DataExport> {
    let (now, id) = (app.clock.now(), caller.account);
    let bucket = limits::bucket("exports", &id.to_string());
    limits::require(app, &app.db, &bucket, OFTEN).await?;
    let account = account_store::find(&app.db, id).await?;
    let account = account.ok_or(Problem::AuthenticationRequired)?;
    let note = audit::note(Event::DataExported, caller).on(id);
    note.write(app, &app.db).await?;
    let former = verification::list_former(app, &app.db, id).await?;
    let devices = store::list_devices(&app.db, id).await?.into_iter();
    let invited = store::list_invited(&app.db, id).await?;
    Ok(DataExport {
        exported_at: now,
        account: AccountView::of(app, account, Viewer::Owner),
        pending_email: verification::pending(app, &app.db, id).await?,
        former_emails: former.into_iter().map(Into::into).collect(),
        sessions: all_sessions(app, caller).await?,
        known_devices: devices
            .map(|(first_seen_at, last_seen_at)| KnownDevice {
                first_seen_at,
                last_seen_at,
            })
            .collect(),
        invitations: invited.into_iter().map(Into::into).collect(),
        notes: written_notes(app, id).await?,
        history: whole_history(app, caller).await?,
    })
}

async fn all_sessions(app: &App, caller: &Caller) -> Result<Vec<Session>> {
    let mut query = SessionQuery {
        skip: 0,
        limit: PART.into(),
    };
    let mut all = Vec::new();
    loop {
        let part = sessions::list(app, caller, &query).await?;
        let is_last = part.items.is_empty();
        all.extend(part.items);
        query.skip = i64::try_from(all.len()).unwrap_or(i64::MAX);
        if is_last || query.skip >= part.total {
            return Ok(all);
        }
    }
}

async fn written_notes(app: &App, id: AccountId) -> Result<Vec<WrittenNote>> {
    let notes = notes::list_of(&app.db, id).await?.into_iter();
    let written = notes.map(|note| WrittenNote {
        text: note.text,
        created_at: note.created_at,
    });
    Ok(written.collect())
}

async fn whole_history(app: &App, caller: &Caller) -> Result<Vec<HistoryItem>> {
    let mut query = HistoryQuery {
        limit: PART,
        cursor: None,
    };
    let mut all = Vec::new();
    loop {
        let part = history::list(app, caller, &query).await?;
        all.extend(part.items);
        query.cursor = part.next_cursor;
        if query.cursor.is_none() {
            return Ok(all);
        }
    }
}

impl From<Former> for FormerEmail {
    fn from(former: Former) -> Self {
        Self {
            email: former.email,
            changed_at: former.created_at,
            undo_until: former.expires_at,
        }
    }
}

impl From<Invited> for SentInvitation {
    fn from(invited: Invited) -> Self {
        Self {
            id: invited.id.0,
            email: invited.email,
            role: invited.role,
            created_at: invited.created_at,
            expires_at: invited.expires_at,
            accepted_at: invited.accepted_at,
            revoked_at: invited.revoked_at,
        }
    }
}

/// Download my data
///
/// Everything that is kept about you, as one JSON file: the account, sessions, known browsers, invitations that you have sent, and the
/// whole history. Never a password or a token.
#[utoipa::path(
    get,
    path = "/myaccount/export",
    operation_id = "leaving_export",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    responses(
        (status = 200, description = "The data, as a file to be saved.", body = DataExport,
            headers(("Content-Disposition" = String, description = "`attachment`, with a name for the file"))),
        Unauthenticated, OwnerAlone, TooMany
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(caller, ()): Checked<Caller>,
) -> Result<Response> {
    let data = export(&app, &caller).await?;
    let name = "attachment; filename=\"my-account.json\"";
    Ok(([(CONTENT_DISPOSITION, name)], Json(data)).into_response())
}
