//! `gatepost serve`: from the settings to a running server, and to an orderly end.

use std::io::ErrorKind;
use std::num::NonZero;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::signals::Signals;
use super::{LogWriter, housekeeping, start_text};
use crate::app::{self, App};
use crate::cli::args::Settings;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::{block_on, data_folder, logging, output};
use crate::clock::Clock;
use crate::config::{Config, Loaded, Origin};
use crate::http::{self, Listeners, Tls};
use crate::passwords::{self, Budget};
use crate::{audit, jobs, mail, metrics, statistics, system, traces};

/// How long the workers may take to end; a mail that was begun is sent within that, or again later.
const LAST_WORK: Duration = Duration::from_secs(10);

/// Threads for what waits: commits, lists, names of mail servers. Each that was needed once keeps its memory for a while.
const BLOCKING_THREADS: usize = 32;

/// Runs the server until somebody stops it.
pub(in crate::cli) fn run(settings: &Settings) -> Outcome {
    let loaded = settings.load()?;
    // Whoever has chosen the port wants the metrics, or to be told.
    let is_chosen = loaded.origin("metrics.listen") != Origin::Default;
    let config = &loaded.config;
    let log = LogWriter::start(config.log.format)
        .map_err(|error| Failure::Failed(format!("no thread could be started: {error}")))?;
    logging::start(config, log.clone())?;
    data_folder::prepare(config)?;
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let outcome = block_on(
        Builder::new_multi_thread()
            .worker_threads(cores)
            .max_blocking_threads(BLOCKING_THREADS),
        serve(loaded, log.clone(), is_chosen),
    );
    log.flush();
    outcome
}

async fn serve(mut loaded: Loaded, log: LogWriter, metrics_are_chosen: bool) -> Outcome {
    let config = &mut loaded.config;
    let signals = Signals::listen()?;
    // Before the database: a second start by mistake must not touch what the first one works with.
    let listeners = bind(config).await?;
    let for_metrics = bind_metrics(config, metrics_are_chosen).await?;
    if config.port() == 0 {
        let host = config.listen.trim_end_matches('0').to_owned();
        config.listen = format!("{host}{}", listeners.port());
    }
    let app = App::open_loaded(loaded, Clock::system())
        .await
        .map_err(Failure::Failed)?;
    app.db.follow_replica().await.map_err(Failure::Failed)?;
    calibrate(&app).await;
    let (stop, stopped) = watch::channel(false);
    // What shows how the others end ends last.
    let (stop_watching, watching) = watch::channel(false);
    let mut watchers = JoinSet::new();
    watchers.spawn(traces::run(app.clone(), watching.clone()));
    for listener in for_metrics {
        let beside = system::beside_metrics(app.clone());
        watchers.spawn(metrics::run(
            app.clone(),
            listener,
            beside,
            watching.clone(),
        ));
    }
    let mut workers = JoinSet::new();
    workers.spawn(mail::run(app.clone(), stopped.clone()));
    workers.spawn(jobs::run(app.clone(), app::WORK, stopped.clone()));
    workers.spawn(audit::run(app.clone(), stopped.clone()));
    workers.spawn(statistics::run(app.clone(), stopped.clone()));
    workers.spawn(housekeeping::run(app.clone(), stopped.clone()));
    // A server whose greeting nobody can read serves all the same.
    let _ = output::print(&start_text::of(&app).await?);
    tokio::spawn(signals.wait(app.clone(), stop, log));
    http::serve(app.clone(), app::site(app.clone()), listeners, stopped).await;
    let ended = async { while workers.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_WORK, ended).await.is_err() {
        tracing::warn!("a mail was still being sent; the next start continues");
    }
    let _ = stop_watching.send(true);
    while watchers.join_next().await.is_some() {}
    app.close().await;
    Ok(())
}

/// Measures what a hash may cost here, if the settings ask for that. Nobody is served yet who would be in the way.
async fn calibrate(app: &App) {
    if !app.config.passwords.calibrate {
        return;
    }
    let measuring = {
        let config = app.config.clone();
        tokio::task::spawn_blocking(move || passwords::calibrate(&config, &Budget::of(&config)))
    };
    let Ok(proposal) = measuring.await else {
        tracing::error!(
            "the machine could not be measured: password hashes cost what the settings say"
        );
        return;
    };
    app.lane.raise_to(proposal.cost());
    let cost = app.lane.cost();
    tracing::info!(
        memory_kib = cost.memory_kib,
        iterations = cost.iterations,
        kernel = proposal.kernel,
        milliseconds = proposal.proposed.milliseconds,
        within_budget = proposal.within_budget,
        "password hashes cost what this machine can afford, and no less than the settings say"
    );
}

/// A second server on the same machine starts with the same default, and must not be stopped by it.
async fn bind_metrics(config: &Config, is_chosen: bool) -> Outcome<Vec<TcpListener>> {
    let addresses = config.metrics_addresses().map_err(Failure::Failed)?;
    let listen = &config.metrics.listen;
    match metrics::bind(&addresses).await {
        Ok(listeners) => Ok(listeners),
        Err(error) if is_chosen => Err(Failure::Failed(format!(
            "metrics.listen = \"{listen}\" cannot be used: {error}; choose another port, or \"\" for none"
        ))),
        Err(error) => {
            tracing::info!(listen, %error, "no metrics: metrics.listen chooses where");
            Ok(Vec::new())
        }
    }
}

async fn bind(config: &Config) -> Outcome<Listeners> {
    let tls = Tls::load(config, Clock::system().now()).map_err(Failure::Failed)?;
    let addresses = config.addresses().map_err(Failure::Failed)?;
    let listeners = Listeners::bind(&addresses)
        .await
        .map_err(|error| cannot_listen(config, &error))?;
    let addresses = config.redirect_addresses().map_err(Failure::Failed)?;
    let listeners = listeners.with_redirect(&addresses).await;
    let listeners = listeners.map_err(|error| cannot_redirect(config, &error))?;
    Ok(listeners.with_tls(tls))
}

fn cannot_redirect(config: &Config, error: &std::io::Error) -> Failure {
    let why: String = match error.kind() {
        ErrorKind::AddrInUse => "is in use: stop the other program, or choose another port".into(),
        ErrorKind::PermissionDenied => {
            "is not for this user: ports below 1024 are for administrators (docs/tls.md)".into()
        }
        ErrorKind::AddrNotAvailable => "is no address of this machine: choose another".into(),
        _ => format!("cannot be used: {error}"),
    };
    let listen = &config.tls.redirect_listen;
    Failure::Failed(format!("tls.redirect_listen = \"{listen}\" {why}"))
}

fn cannot_listen(config: &Config, error: &std::io::Error) -> Failure {
    let (listen, port) = (&config.listen, config.port());
    let host = listen
        .strip_suffix(&format!(":{port}"))
        .unwrap_or("localhost");
    let next = port.checked_add(1).unwrap_or(8000);
    Failure::Failed(match error.kind() {
        ErrorKind::AddrInUse => format!(
            "port {port} is in use: stop the other program, or choose another port with --listen {host}:{next}"
        ),
        ErrorKind::PermissionDenied => format!(
            "port {port} is not for this user: choose one above 1023, such as --listen {host}:8000"
        ),
        ErrorKind::AddrNotAvailable => {
            format!(
                "listen = \"{listen}\" is no address of this machine: choose another with --listen"
            )
        }
        _ => format!("listen = \"{listen}\" cannot be used: {error}"),
    })
}
