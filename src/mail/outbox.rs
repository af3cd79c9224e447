//! The outbox: mails wait there for the worker, and can be read there in development.

use std::time::Duration;

use super::message::{Content, Message};
use super::store::{self, Stored};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::Run;
use crate::email_address::EmailAddress;
use crate::error::Result;
use crate::ids::MailId;

/// How many mails a list shows.
const LISTED: u32 = 100;

/// How long it can be told that a mail was sent.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// A mail that can be read.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Its identifier, also the left part of its `Message-ID`.
    pub id: MailId,
    /// The recipient.
    pub to: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Subject and bodies.
    pub content: Content,
}

impl Mail {
    pub(super) fn open(app: &App, stored: Stored) -> Option<Self> {
        let content = Content::open(app, stored.id, &stored.sealed)?;
        Some(Self {
            id: stored.id,
            to: stored.recipient,
            created_at: stored.created_at,
            content,
        })
    }
}

/// Puts a mail into the outbox, in the transaction of its cause: it is sent if and only if that is committed.
pub async fn enqueue(run: &impl Run, app: &App, message: Message) -> Result<()> {
    insert(run, app, message, None).await.map(drop)
}

/// The same for the last mail to somebody: once it is sent, nothing is left of it, not even the address.
pub async fn enqueue_last(run: &impl Run, app: &App, message: Message) -> Result<()> {
    let id = insert(run, app, message, None).await?;
    Ok(store::set_last(run, id).await?)
}

/// The same for a mail with a link that works until `expires_at`: if no server takes it by then, it is not sent at all.
pub async fn enqueue_until(
    run: &impl Run,
    app: &App,
    message: Message,
    expires_at: Timestamp,
) -> Result<()> {
    insert(run, app, message, Some(expires_at)).await.map(drop)
}

async fn insert(
    run: &impl Run,
    app: &App,
    message: Message,
    expires_at: Option<Timestamp>,
) -> Result<MailId> {
    let id = MailId::new();
    let recipient = message.to.to_string();
    let template = message.template;
    let sealed = Content::render(app, message)?.seal(app, id)?;
    let mail = Stored {
        id,
        recipient,
        sealed,
        created_at: app.clock.now(),
        attempts: 0,
        expires_at,
    };
    store::insert(run, &mail, template).await?;
    let app = app.clone();
    run.after_commit(move || app.post.wake());
    Ok(id)
}

/// The newest mails that can still be read, newest first; only those to one address if it is given.
pub async fn newest(app: &App, to: Option<&str>) -> Result<Vec<Mail>> {
    // Addresses are stored in their normal form.
    let to = to.map(|typed| {
        EmailAddress::parse(typed).map_or_else(|_| typed.to_owned(), |to| to.to_string())
    });
    let stored = store::list(&app.db, to.as_deref(), LISTED).await?;
    Ok(stored
        .into_iter()
        .filter_map(|stored| Mail::open(app, stored))
        .collect())
}

/// One mail, if it can still be read.
pub async fn find(app: &App, id: MailId) -> Result<Option<Mail>> {
    let stored = store::find(&app.db, id).await?;
    Ok(stored.and_then(|stored| Mail::open(app, stored)))
}

/// Deletes all mails, those that wait as well.
pub async fn clear(app: &App) -> Result<u64> {
    Ok(store::delete_all(&app.db).await?)
}

/// Deletes all mails to an address, those that wait as well.
pub async fn forget(run: &impl Run, to: &str) -> Result<u64> {
    Ok(store::delete_to(run, to).await?)
}

/// Deletes what is known of mails to an address that were sent or given up: one that waits may be for somebody else.
pub async fn forget_finished(run: &impl Run, to: &str) -> Result<u64> {
    Ok(store::delete_finished_to(run, to).await?)
}

/// Deletes what is known of mails that were sent or given up a month ago, and answers how many those were.
pub async fn purge(app: &App) -> Result<u64> {
    Ok(store::delete_finished(&app.db, app.clock.now().minus(KEPT)).await?)
}
