//! The worker: takes mails that are due from the outbox and hands them over, as often as it takes.
//!
//! Any number of nodes run one each. A mail is claimed for [`LEASE`]: when a node ends in the middle, another
//! continues after that.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::outbox::Mail;
use super::smtp::{Connection, Smtp};
use super::store::{self, Failed, Stored};
use super::{Destination, backoff, eml, letter};
use crate::app::App;
use crate::crypto;
use crate::error::{Error, Result};

/// How long a claimed mail is left alone by others. Longer than [`TO_BEGIN`] and all patience with a server together.
const LEASE: Duration = Duration::from_mins(2);

/// How long after its claim a mail may be begun.
const TO_BEGIN: Duration = Duration::from_secs(25);

/// Why a mail was given up whose link had run out.
const EXPIRED: &str = "expired";

/// Connections at the same time, and mails that one connection takes.
const LANES: u32 = 4;
const MAILS_A_LANE: u32 = 4;

/// How often the outbox is looked at, and how often while that fails.
const POLL: Duration = Duration::from_secs(1);
const POLL_AFTER_FAULT: Duration = Duration::from_secs(10);

/// How a lane hands mails over.
enum Way {
    /// To the server.
    Smtp(Smtp),
    /// Into the folder of the settings, if there is one; the mailbox page reads the outbox itself.
    Here,
}

/// Sends mails until `stop` says so; what has been begun by then is finished.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let way = loop {
        match way(&app) {
            Ok(Some(way)) => break Arc::new(way),
            Ok(None) => return,
            Err(error) => tracing::error!(error, "no mail can be sent"),
        }
        if pause(&app, &mut stop, Duration::from_mins(1)).await {
            return;
        }
    };
    loop {
        let wait = match round(&app, &way, &stop).await {
            Ok(true) => Duration::ZERO,
            Ok(false) => POLL,
            Err(error) => {
                tracing::warn!(?error, "the outbox cannot be read");
                POLL_AFTER_FAULT
            }
        };
        if pause(&app, &mut stop, wait).await {
            return;
        }
    }
}

fn way(app: &App) -> Result<Option<Way>, String> {
    match Destination::of(&app.config) {
        Destination::Server => Ok(Some(Way::Smtp(Smtp::new(&app.config)?))),
        Destination::Mailbox | Destination::Folder => Ok(Some(Way::Here)),
        Destination::Nowhere => Ok(None),
    }
}

/// Waits, and answers whether to stop.
async fn pause(app: &App, stop: &mut watch::Receiver<bool>, wait: Duration) -> bool {
    tokio::select! {
        biased;
        _ = stop.wait_for(|stop| *stop) => true,
        () = app.post.woken() => false,
        () = sleep(wait) => false,
    }
}

/// Sends what is due, up to a limit, and answers whether there may be more.
async fn round(app: &App, way: &Arc<Way>, stop: &watch::Receiver<bool>) -> Result<bool> {
    let now = app.clock.now();
    if !store::is_due(&app.db, now).await? {
        return Ok(false);
    }
    let mut mails = store::claim(&app.db, now, now.plus(LEASE), LANES * MAILS_A_LANE).await?;
    let found = !mails.is_empty();
    let a_lane = mails.len().div_ceil(LANES as usize).max(1);
    let mut lanes = JoinSet::new();
    while !mails.is_empty() {
        let rest = mails.split_off(a_lane.min(mails.len()));
        lanes.spawn(lane(
            app.clone(),
            Arc::clone(way),
            std::mem::replace(&mut mails, rest),
            stop.clone(),
        ));
    }
    while let Some(ended) = lanes.join_next().await {
        ended.map_err(|error| Error::Internal(error.to_string()))?;
    }
    Ok(found)
}

/// Sends some mails one after the other.
async fn lane(app: App, way: Arc<Way>, mails: Vec<Stored>, stop: watch::Receiver<bool>) {
    let until = app.clock.now().plus(TO_BEGIN);
    let mut carrier = Carrier {
        app: &app,
        way: &way,
        connection: None,
        unreachable: None,
    };
    for mail in mails {
        if *stop.borrow() || app.clock.now() > until {
            // The next one, perhaps of another process, begins it at once.
            let _ = store::release(&app.db, mail.id, app.clock.now()).await;
            continue;
        }
        if mail.expires_at.is_some_and(|end| end <= app.clock.now()) {
            expire(&app, &mail).await;
            continue;
        }
        let outcome = carrier.carry(&mail).await;
        settle(&app, &mail, outcome).await;
    }
    if let Some(connection) = carrier.connection {
        connection.quit().await;
    }
}

struct Carrier<'a> {
    app: &'a App,
    way: &'a Way,
    connection: Option<Connection<'a>>,
    /// Why the server cannot be reached: not tried again for each mail of the lane.
    unreachable: Option<String>,
}

impl Carrier<'_> {
    async fn carry(&mut self, stored: &Stored) -> Result<(), String> {
        let mail = Mail::open(self.app, stored.clone());
        let mail =
            mail.ok_or("the mail cannot be opened: it was sealed under another master key")?;
        let (envelope, letter) = letter::compose(&self.app.config, &mail)?;
        match (self.way, &self.app.config.mail.eml_folder) {
            (Way::Smtp(smtp), _) => {
                let connection = match self.connection.take().filter(Connection::is_open) {
                    Some(connection) => connection,
                    None => connect(smtp, &mut self.unreachable).await?,
                };
                self.connection
                    .insert(connection)
                    .send(&envelope, &letter)
                    .await
            }
            (Way::Here, Some(folder)) => eml::write(folder.clone(), mail.id, letter).await,
            (Way::Here, None) => Ok(()),
        }
    }
}

async fn connect<'a>(
    smtp: &'a Smtp,
    unreachable: &mut Option<String>,
) -> Result<Connection<'a>, String> {
    if let Some(error) = unreachable {
        return Err(error.clone());
    }
    smtp.connect()
        .await
        .inspect_err(|error| *unreachable = Some(error.clone()))
}

/// Notes how a try ended. Insists: a mail that was sent and not noted is sent again.
async fn settle(app: &App, mail: &Stored, outcome: Result<(), String>) {
    let failed = outcome.err().map(|error| failed(app, mail, error));
    for _ in 0..10 {
        let now = app.clock.now();
        let noted = match &failed {
            None => {
                store::set_sent(
                    &app.db,
                    mail.id,
                    now,
                    Destination::of(&app.config) == Destination::Mailbox,
                )
                .await
            }
            Some(failed) => store::set_failed(&app.db, mail.id, failed).await,
        };
        let Err(fault) = noted else { return };
        tracing::warn!(mail = %mail.id, %fault, "what became of a mail cannot be noted");
        sleep(POLL).await;
    }
}

/// Gives up a mail whose link does not work any more: after a long outage it would only be a riddle.
async fn expire(app: &App, mail: &Stored) {
    tracing::error!(mail = %mail.id, attempts = mail.attempts, "a mail expired before a server took it");
    // When this fails, the next look at the outbox does it.
    if let Err(fault) = store::set_expired(&app.db, mail.id, EXPIRED, app.clock.now()).await {
        tracing::warn!(mail = %mail.id, %fault, "what became of a mail cannot be noted");
    }
}

fn failed(app: &App, mail: &Stored, error: String) -> Failed {
    let (id, attempts, at) = (mail.id, mail.attempts.saturating_add(1), app.clock.now());
    if attempts >= backoff::TRIES {
        tracing::error!(mail = %id, attempts, error, "a mail was given up");
        return Failed {
            attempts,
            error,
            again_at: None,
            at,
        };
    }
    let again_at = at.plus(backoff::wait(attempts, crypto::random()));
    tracing::warn!(mail = %id, attempts, error, %again_at, "a mail could not be sent");
    Failed {
        attempts,
        error,
        again_at: Some(again_at),
        at,
    }
}
