//! One connection, from its first byte to its end.

use std::fmt::Display;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulConnection;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::activity::{Activity, Verdict};
use super::admission::Admitted;
use super::request::{Answering, Prepare, answer};
use super::tls::{Secured, Tls};
use super::versions::Versions;
use crate::http::Site;
use crate::http::framing::Watched;

/// How long an idle connection of HTTP/1.1 waits for a last request when the server stops.
const LINGER: Duration = Duration::from_millis(500);

/// What is spoken at a port.
pub(super) struct Port {
    pub versions: Versions,
    pub site: Site,
    pub prepare: Prepare,
    pub tls: Option<Tls>,
}

/// Why a connection is looked at.
enum Woken<T> {
    Ended(T),
    Evicted,
    Stopping,
    Timer,
}

impl Port {
    /// Answers the requests of a connection until it ends or `stop` says so.
    pub async fn hold(
        self: Arc<Self>,
        (stream, peer): (TcpStream, std::net::SocketAddr),
        admitted: Admitted,
        mut stop: watch::Receiver<bool>,
    ) {
        let activity = Arc::clone(&admitted.activity);
        let answering = Answering {
            site: self.site.clone(),
            prepare: self.prepare,
            peer,
            activity: Arc::clone(&activity),
        };
        let Some(tls) = &self.tls else {
            return self.first_version(stream, answering, &mut stop).await;
        };
        let secured = tokio::select! {
            secured = tls.shake_hands(stream) => secured,
            () = activity.evicted() => return,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match secured {
            // On the heap: most connections are behind a proxy that does the TLS, and need no room for this.
            Some(Secured::First(stream)) => {
                Box::pin(self.first_version(stream, answering, &mut stop)).await;
            }
            Some(Secured::Second(stream)) => {
                Box::pin(self.second_version(stream, answering, &mut stop)).await;
            }
            None => {}
        }
    }

    async fn first_version<S>(
        &self,
        stream: S,
        answering: Answering,
        stop: &mut watch::Receiver<bool>,
    ) where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = Arc::clone(&answering.activity);
        let stream = TokioIo::new(Watched::new(stream, Arc::clone(&activity)));
        let service = service_fn(move |request| answer(answering.clone(), request));
        let connection = pin!(self.versions.first.serve_connection(stream, service));
        keep(connection, &activity, stop, LINGER).await;
    }

    async fn second_version<S>(
        &self,
        stream: S,
        answering: Answering,
        stop: &mut watch::Receiver<bool>,
    ) where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let activity = Arc::clone(&answering.activity);
        let stream = TokioIo::new(Watched::unframed(stream, Arc::clone(&activity)));
        let service = service_fn(move |request| answer(answering.clone(), request));
        let connection = pin!(self.versions.second.serve_connection(stream, service));
        // A GOAWAY crosses no request: those that were sent before it are answered.
        keep(connection, &activity, stop, Duration::ZERO).await;
    }
}

/// Drives a connection until it ends, has to make room, or takes too long. `linger`: how long an idle one stays open after
/// the server was told to stop.
async fn keep<C>(
    mut connection: Pin<&mut C>,
    activity: &Activity,
    stop: &mut watch::Receiver<bool>,
    linger: Duration,
) where
    C: GracefulConnection,
    C::Error: Display,
{
    let mut evicted = pin!(activity.evicted());
    let mut stopping = pin!(stop.wait_for(|stop| *stop).map(drop).fuse());
    let mut timer = pin!(sleep_until(activity.due().0));
    let mut phase = Phase::Open;
    loop {
        let woken = poll_fn(|context| {
            if let Poll::Ready(ended) = connection.as_mut().poll(context) {
                return Poll::Ready(Woken::Ended(ended));
            }
            if evicted.as_mut().poll(context).is_ready() {
                return Poll::Ready(Woken::Evicted);
            }
            if stopping.as_mut().poll(context).is_ready() {
                return Poll::Ready(Woken::Stopping);
            }
            // Only brought forward here: one that rings too early is wound up again, and most never ring.
            let (due, _) = phase.due(activity);
            if due < timer.deadline() {
                timer.as_mut().reset(due);
            }
            timer.as_mut().poll(context).map(|()| Woken::Timer)
        });
        match woken.await {
            Woken::Ended(Ok(())) => return,
            Woken::Ended(Err(error)) => return tracing::debug!(%error, "connection"),
            Woken::Evicted => return tracing::debug!("a connection has made room for another"),
            Woken::Stopping => {
                activity.end();
                phase = Phase::Ending(Instant::now() + linger);
            }
            Woken::Timer => match phase.due(activity) {
                (due, _) if due > Instant::now() => timer.as_mut().reset(due),
                (_, Verdict::Cut) => return tracing::debug!("a connection took too long"),
                (_, Verdict::Close) => {
                    connection.as_mut().graceful_shutdown();
                    phase = Phase::Told(Instant::now() + activity.farewell());
                    timer.as_mut().reset(phase.due(activity).0);
                }
            },
        }
    }
}

/// How far a connection is from its end.
#[derive(Clone, Copy)]
enum Phase {
    Open,
    /// The server stops: the next answer is the last, and without one the connection is closed at that moment. Closed at
    /// once it would meet the request that a proxy has just sent.
    Ending(Instant),
    /// It was told to end, and is cut at that moment.
    Told(Instant),
}

impl Phase {
    /// When to look again, and what to do then.
    fn due(self, activity: &Activity) -> (Instant, Verdict) {
        match self {
            Self::Ending(last) if activity.is_idle() => (last, Verdict::Close),
            Self::Told(last) if activity.is_idle() => match activity.due() {
                (due, Verdict::Cut) => (due.min(last), Verdict::Cut),
                (_, Verdict::Close) => (last, Verdict::Cut),
            },
            _ => activity.due(),
        }
    }
}
