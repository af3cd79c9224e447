//! This node: the process that answers, what it uses, and how fast it was since it was started.

use axum::Router;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;

use super::latency::Latency;
use super::replica::{self, ReplicaFacts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::health;
use crate::http::Json;
use crate::metering::Spread;
use crate::metrics::Process;
use crate::passwords::Figures;

/// Routes that are shown: those that took most requests.
const ROUTES: usize = 12;

/// Where a node tells of itself, on the port of the metrics and on no other: for `gatepost system` on the same machine.
pub const PATH: &str = "/node";

/// A running server.
#[derive(Debug, Clone, Serialize)]
pub struct Node {
    /// The release.
    pub version: &'static str,
    /// The address under which people reach it.
    pub public_url: String,
    /// When it was started.
    pub started_at: Timestamp,
    /// How long ago that is.
    pub uptime_seconds: u64,
    /// Why it should not be sent requests, if that is so.
    pub not_ready: Option<&'static str>,
    /// Memory in use; this and the next three as far as the system tells.
    pub memory_bytes: Option<u64>,
    /// Processor time that was used, in seconds.
    pub cpu_seconds: Option<String>,
    /// Open files and connections.
    pub open_files: Option<usize>,
    /// As many may be open.
    pub most_files: Option<u64>,
    /// Connections that are open.
    pub connections: u64,
    /// The threads that hash passwords.
    pub hashing: Figures,
    /// Bytes that all hashes together may take.
    pub hashing_budget_bytes: usize,
    /// The standby of the database from which this node reads lists, if it has one.
    pub replica: Option<ReplicaFacts>,
    /// All requests, to the end of the answer's head.
    pub requests: Latency,
    /// Where their time went: those of them that had this stage.
    pub stages: Vec<Latency>,
    /// The routes with most requests.
    pub routes: Vec<Latency>,
}

/// Looks at this process.
pub(super) async fn look(app: &App) -> Node {
    let process = Process::read();
    let (requests, routes) = requests(app);
    let stages = app.metering.stages.each();
    Node {
        version: env!("CARGO_PKG_VERSION"),
        public_url: app.public_url(),
        started_at: app.started_at,
        uptime_seconds: app.clock.now().since(app.started_at).as_secs(),
        not_ready: match health::ready(app).await {
            Ok(()) => None,
            Err(Error::TryLater(problem, _) | Error::Problem(problem)) => Some(problem.detail()),
            Err(_) => Some("It cannot be told."),
        },
        memory_bytes: process.resident,
        cpu_seconds: process.cpu,
        open_files: process.open_files,
        most_files: process.most_files,
        connections: app.metering.connections.get(),
        hashing: app.lane.figures(),
        hashing_budget_bytes: app.config.passwords.memory_budget.bytes(),
        replica: replica::look(app),
        requests,
        stages: stages
            .map(|(stage, times)| Latency::of(stage.name(), &times.spread()))
            .collect(),
        routes,
    }
}

/// All requests together, and the routes with most of them.
fn requests(app: &App) -> (Latency, Vec<Latency>) {
    let mut all = Spread::empty();
    let mut routes = Vec::new();
    app.metering.requests.each(|series| {
        let times = series.times.spread();
        all.add(&times);
        let name = format!("{} {}", series.method, series.route);
        routes.push(Latency::of(name, &times));
    });
    routes.sort_by_key(|route| std::cmp::Reverse(route.count));
    routes.truncate(ROUTES);
    (Latency::of("all", &all), routes)
}

/// What stands beside the metrics: the same figures as on the console's page.
pub fn beside_metrics(app: App) -> Router {
    Router::new().route(PATH, get(answer)).with_state(app)
}

/// `GET /node`
async fn answer(State(app): State<App>) -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(look(&app).await)).into_response()
}
