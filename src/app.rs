//! The whole: what operations work with, and the router that leads to them.

mod framed;

use std::ops::Deref;
use std::sync::Arc;

use tower::layer::layer_fn;

use crate::attempts::Turns;
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, DatabaseKind, Loaded, Origins};
use crate::crypto::MasterKey;
use crate::db::{Db, Dialect, Fault};
use crate::error::Error;
use crate::health::Health;
use crate::http::{self, Frame, Routes, Site};
use crate::keys::Keyring;
use crate::metering::Metering;
use crate::passwords::{Breached, Decoys, Lane, Policy};
use crate::templates::Templates;
use crate::traces::Traces;
use crate::{
    accounts, attempts, audit, devices, docs, health, history, invitations, jobs, keys, leaving,
    limits, live, login, mail, mail_queue, mailbox, metrics, notes, pages, passwords, people,
    professionals, profile, recovery, registration, sessions, settings, sign_in_as, signing,
    statistics, step_up, system, transfer, user_sessions, verification,
};
use framed::Framed;

/// Everything that an operation works with. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    /// The settings in force.
    pub config: Config,
    /// Who set them.
    pub origins: Origins,
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// What secrets in the database are sealed under.
    pub secrets: MasterKey,
    /// Where passwords are hashed.
    pub lane: Lane,
    /// What passwords are compared with when there is no account.
    pub decoys: Decoys,
    /// Which passwords were stolen somewhere.
    pub breached: Breached,
    /// Which passwords are good.
    pub policy: Policy,
    /// What signs tokens.
    pub keys: Keyring,
    /// Tokens whose signature has been checked.
    pub signatures: sessions::SignatureCache,
    /// Pages and mails.
    pub templates: Templates,
    /// Who is in turn to try a password.
    pub turns: Turns,
    /// Wakes the worker that does jobs.
    pub bell: jobs::Bell,
    /// Wakes the worker that delivers mails.
    pub post: mail::Post,
    /// What is counted.
    pub metering: Metering,
    /// Where traces of requests go.
    pub traces: Traces,
    /// Whether this server should be sent requests.
    pub health: Health,
    /// Figures that change while staff look at them, and who looks.
    pub live: live::Board,
    /// Whose turn it is to verify the audit log.
    pub audit_turn: history::Turn,
    /// When it was started.
    pub started_at: Timestamp,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Opens the database, brings it up to date and reads the keys. The error is a sentence for the operator.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, String> {
        let origins = Origins::default();
        Self::open_loaded(Loaded { config, origins }, clock).await
    }

    /// The same, and remembers who set the settings.
    pub async fn open_loaded(loaded: Loaded, clock: Clock) -> Result<Self, String> {
        let Loaded { config, origins } = loaded;
        let (db, _) = open_database(&config).await?;
        let told = |error| sentence(&config, error);
        let secrets = MasterKey::load(&config, keys::exist(&db).await.map_err(told)?)?;
        let keys = Keyring::load(&db, &secrets, clock.now()).await;
        let keys = keys.map_err(told)?;
        let lane = Lane::start(&config, &db.on_the_way())
            .map_err(|error| format!("no thread could be started: {error}"))?;
        Ok(Self(Arc::new(Parts {
            decoys: Decoys::default(),
            breached: Breached::of(&config)?,
            policy: Policy::of(&config),
            templates: Templates::new(config.pages.templates.clone())
                .with("password_min", config.passwords.min_length)
                .with("password_max", config.passwords.max_length)
                .with("may_register", registration::is_open(&config))
                .with("hide_accounts", config.privacy.hide_accounts),
            turns: Turns::of(&config),
            signatures: sessions::SignatureCache::default(),
            bell: jobs::Bell::default(),
            post: mail::Post::new(),
            metering: Metering::default(),
            traces: Traces::of(&config),
            health: Health::default(),
            audit_turn: history::Turn::default(),
            live: live::Board::default(),
            started_at: clock.now(),
            config,
            origins,
            db,
            clock,
            secrets,
            lane,
            keys,
        })))
    }

    /// The address that links in mails begin with, without a slash at its end.
    pub fn public_url(&self) -> String {
        self.config.public_url()
    }

    /// The database for what a log-in writes. While others wait for the hashing threads, its commits wait for each other: the
    /// cores that are short have less to do, and everybody's turn comes sooner.
    pub fn unhurried(&self) -> Db {
        self.db.unhurried(self.lane.patience())
    }

    /// Lets the hashing threads end and closes the database.
    pub async fn close(&self) {
        self.lane.close();
        self.db.close().await;
    }
}

/// Opens the database and brings it up to date; answers how many migrations that took.
pub async fn open_database(config: &Config) -> Result<(Db, usize), String> {
    let db = match config.database() {
        DatabaseKind::Sqlite(path) => Db::open_sqlite(&path),
        DatabaseKind::Postgres(url) => Db::open_postgres(&url, config.database.connections).await,
    };
    let told = |fault| sentence(config, Error::Database(fault));
    let db = with_replica(db.map_err(told)?, config)?;
    let applied = db.migrate().await.map_err(told)?;
    Ok((db, applied))
}

/// What to do about a database that does not open, where that is not said by the fault itself.
pub fn advice(config: &Config, fault: &Fault) -> Option<String> {
    match (config.database(), fault) {
        (DatabaseKind::Sqlite(path), Fault::Damaged(_)) => Some(format!(
            "Look whether {} is the right file. A broken one is moved away, with those beside it that end in -wal and -shm; \
             then restore the latest backup (docs/backup.md)",
            path.display()
        )),
        (DatabaseKind::Sqlite(_), Fault::Unavailable(_)) => Some(
            "Look whether its folder is there and has room, and whether this user may write into it"
                .to_owned(),
        ),
        (DatabaseKind::Postgres(_), Fault::Unavailable(_)) => Some(
            "Look whether the server of database.url runs and lets this machine in, and at the host, the port, the name and \
             the password in it (docs/postgresql.md)"
                .to_owned(),
        ),
        _ => None,
    }
}

/// Beside the database the standby that the settings name. Nothing is asked there before [`Db::follow_replica`].
pub fn with_replica(db: Db, config: &Config) -> Result<Db, String> {
    let database = &config.database;
    if database.replica_url.is_empty() {
        return Ok(db);
    }
    let (url, lag_max) = (
        database.replica_url.expose(),
        database.replica_lag_max.get(),
    );
    let db = db.with_replica(url, database.connections, lag_max);
    db.map_err(|fault| fault.to_string())
}

fn sentence(config: &Config, error: Error) -> String {
    match error {
        Error::Database(fault) => match advice(config, &fault) {
            Some(advice) => format!("{fault}. {advice}"),
            None => fault.to_string(),
        },
        Error::Internal(text) => text,
        other => format!("{other:?}"),
    }
}

/// The doors of all features, in the order in which the document shows them.
fn doors() -> Routes {
    Routes::new()
        .merge(registration::doors())
        .merge(login::doors())
        .merge(sessions::doors())
        .merge(verification::doors())
        .merge(recovery::doors())
        .merge(profile::doors())
        .merge(step_up::doors())
        .merge(sessions::doors_of_owner())
        .merge(leaving::doors())
        .merge(history::doors())
        .merge(accounts::doors())
        .merge(user_sessions::doors())
        .merge(verification::doors_of_staff())
        .merge(recovery::doors_of_staff())
        .merge(professionals::doors())
        .merge(notes::doors())
        .merge(sign_in_as::doors())
        .merge(people::doors())
        .merge(mail_queue::doors())
        .merge(statistics::doors())
        .merge(live::doors())
        .merge(invitations::doors())
        .merge(keys::doors())
        .merge(settings::doors())
        .merge(signing::doors())
        .merge(system::doors())
        .merge(pages::doors())
        .merge(health::doors())
}

/// The OpenAPI document of this release.
pub fn openapi() -> utoipa::openapi::OpenApi {
    http::openapi::finish(doors().describe(http::openapi::begin()))
}

/// Every door, and around them what happens to every request.
pub fn site(app: App) -> Site {
    let (mut router, operations) = doors().into_router();
    router = router.merge(docs::routes()).merge(http::asset_routes());
    if mail::is_dev_mailbox(&app.config) {
        router = router.merge(mailbox::routes());
    }
    let frame = Frame::new(app.clone(), operations);
    let router = router
        .method_not_allowed_fallback(http::method_not_allowed)
        .fallback(http::not_found)
        .layer(layer_fn(move |door| Framed {
            frame: frame.clone(),
            door,
        }))
        .with_state(app);
    Site::new(router)
}

/// Every kind of job, and what does it.
pub const WORK: jobs::Work = &[
    login::LOCKED_OUT,
    recovery::MAIL_LINK,
    verification::RESEND,
    registration::REGISTER,
];

/// Every SQL statement of the program for an engine with its name, for the test that prepares them all.
pub fn statements(dialect: Dialect) -> Vec<(String, String)> {
    let features = [
        ("attempts", attempts::STATEMENTS),
        ("audit", audit::store::STATEMENTS),
        ("devices", devices::STATEMENTS),
        ("invitations", invitations::STATEMENTS),
        ("jobs", jobs::STATEMENTS),
        ("keys", keys::STATEMENTS),
        ("leaving", leaving::STATEMENTS),
        ("limits", limits::STATEMENTS),
        ("mail", mail::store::STATEMENTS),
        ("mail", mail::queue_store::STATEMENTS),
        ("metrics", metrics::STATEMENTS),
        ("notes", notes::STATEMENTS),
        ("passwords", passwords::STATEMENTS),
        ("professionals", professionals::STATEMENTS),
        ("recovery", recovery::STATEMENTS),
        ("registration", registration::STATEMENTS),
        ("sign_in_as", sign_in_as::STATEMENTS),
        ("statistics", statistics::STATEMENTS),
        ("system", system::STATEMENTS),
        ("transfer", transfer::STATEMENTS),
    ];
    let accounts = accounts::STATEMENTS.map(|statements| ("accounts", statements));
    let sessions = sessions::STATEMENTS.map(|statements| ("sessions", statements));
    let verification = verification::STATEMENTS.map(|statements| ("verification", statements));
    let named = features
        .into_iter()
        .chain(accounts)
        .chain(sessions)
        .chain(verification)
        .flat_map(|(feature, statements)| {
            statements
                .iter()
                .map(move |(name, sql)| (format!("{feature} {name}"), (*sql).to_owned()))
        });
    let lists = accounts::store::assembled()
        .into_iter()
        .chain(accounts::every_list_statement())
        .chain(accounts::every_bulk_statement())
        .chain(accounts::every_walk_statement(dialect));
    let audit = audit::store::assembled().into_iter();
    named
        .chain(audit.map(|sql| ("audit".to_owned(), sql)))
        .chain(lists.map(|sql| ("accounts list".to_owned(), sql)))
        .collect()
}
