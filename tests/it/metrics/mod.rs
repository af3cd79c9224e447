//! The figures for Prometheus.

mod counts;
mod listen;
mod papers;

use gatepost::metrics::show;

use crate::support::TestApp;

/// The value of a line, by all that stands before it.
pub async fn value(app: &TestApp, name: &str) -> Option<f64> {
    let text = show(app).await;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.map(|rest| {
        rest.trim()
            .parse()
            .unwrap_or_else(|error| panic!("{name}{rest}: {error}"))
    })
}

/// The same; 0 while it was not counted.
pub async fn sum(app: &TestApp, name: &str) -> f64 {
    value(app, name).await.unwrap_or(0.0)
}
