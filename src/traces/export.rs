//! Export traces: the worker that carries them to the collector.

use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::{Finished, otlp};
use crate::app::App;
use crate::http::outgoing::{Client, Outgoing};

/// Requests that one message carries at most.
const BATCH: usize = 256;
/// How long the first one of a batch waits for others.
const WAIT: Duration = Duration::from_secs(2);
/// How long the collector may take, at the end for all that is left.
const PATIENCE: Duration = Duration::from_secs(5);

/// Delivers traces until `stop` says so, and then what is left, once.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let Some((mut waiting, collector)) = begin(&app) else {
        return;
    };
    let mut is_down = false;
    loop {
        let (finished, is_last) = gather(&mut waiting, &mut stop).await;
        let until = Instant::now() + PATIENCE;
        // What is left at the end may be all that can wait: as one message it would be held in memory several times.
        for batch in finished.chunks(BATCH) {
            let count = batch.len() as u64;
            match deliver(&collector, batch, until).await {
                Ok(()) => {
                    app.traces.exported.add(count);
                    is_down = false;
                }
                Err(error) => {
                    app.traces.dropped.add(count);
                    // Once, and not for every batch of a night.
                    if !std::mem::replace(&mut is_down, true) {
                        tracing::warn!(%error, "the collector of traces does not take them; they are dropped until it does");
                    }
                }
            }
        }
        if is_last {
            return;
        }
    }
}

/// Where traces go: the address, and a client for it, which has read the certificates that this machine trusts.
type Collector = (Url, Client);

fn begin(app: &App) -> Option<(Receiver<Finished>, Collector)> {
    let endpoint = address(app.config.tracing.otlp_endpoint.as_ref()?);
    match Client::of(&endpoint) {
        Ok(client) => Some((app.traces.take_receiver()?, (endpoint, client))),
        Err(error) => {
            tracing::error!(error, "no trace can be exported");
            None
        }
    }
}

/// OTLP/HTTP: traces go to `/v1/traces` below the endpoint.
fn address(endpoint: &Url) -> Url {
    let mut url = endpoint.clone();
    let path = url.path().trim_end_matches('/');
    if !path.ends_with("/v1/traces") {
        let path = format!("{path}/v1/traces");
        url.set_path(&path);
    }
    url
}

/// What has come together, and whether it is the last of it.
async fn gather(
    waiting: &mut Receiver<Finished>,
    stop: &mut watch::Receiver<bool>,
) -> (Vec<Finished>, bool) {
    let mut batch = Vec::new();
    let fill = async {
        let first = waiting.recv().await;
        batch.extend(first);
        let more = async {
            while batch.len() < BATCH {
                batch.extend(waiting.recv().await);
            }
        };
        let _ = timeout(WAIT, more).await;
    };
    let is_last = tokio::select! {
        biased;
        _ = stop.wait_for(|stop| *stop) => true,
        () = fill => false,
    };
    if is_last {
        while let Ok(finished) = waiting.try_recv() {
            batch.push(finished);
        }
    }
    (batch, is_last)
}

async fn deliver(
    (endpoint, client): &Collector,
    batch: &[Finished],
    until: Instant,
) -> Result<(), String> {
    // A connection for each batch: one that lies open for hours is closed by somebody in between, unseen.
    let request = Outgoing::post(endpoint)
        .header("content-type", "application/json")
        .body(otlp::encode(batch));
    let answer = timeout_at(until, client.send(request)).await;
    let answer = answer.map_err(|_| "no answer in time".to_owned())??;
    match answer.status {
        200..=299 => Ok(()),
        status => Err(format!("status {status}")),
    }
}
