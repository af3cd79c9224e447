//! Requests: counted by route, method and class of status.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use super::counter::Counter;
use super::histogram::{Histogram, Unit};

/// The methods that are told apart; a client can make up any other.
const METHODS: [&str; 8] = [
    "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "other",
];
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The method by the name under which it is told: a client can make up one as long as a header.
pub fn told_apart(method: &str) -> &'static str {
    let known = METHODS.into_iter().find(|known| *known == method);
    known.unwrap_or("other")
}

/// What has been answered. As many entries as there are routes: what leads nowhere is one of them.
#[derive(Debug, Default)]
pub struct Requests(RwLock<HashMap<Box<str>, Arc<Route>>>);

#[derive(Debug, Default)]
struct Route([OnceLock<Box<Method>>; METHODS.len()]);

#[derive(Debug)]
struct Method {
    classes: [Counter; CLASSES.len()],
    times: Histogram,
}

/// The requests of one route and one method.
pub struct Series<'a> {
    /// The route's pattern; `-` for what has none.
    pub route: &'a str,
    /// The method.
    pub method: &'static str,
    /// How many answers had a status of each class.
    pub classes: Vec<(&'static str, u64)>,
    /// How long they took.
    pub times: &'a Histogram,
}

impl Requests {
    /// Counts a request that was answered. `route` must be a pattern, never a path.
    pub fn note(&self, route: &str, method: &str, (status, time): (u16, Duration)) {
        let place = METHODS.iter().position(|known| *known == method);
        let route = self.route(route);
        let Some(slot) = route.0.get(place.unwrap_or(METHODS.len() - 1)) else {
            return;
        };
        let of_method = slot.get_or_init(|| {
            Box::new(Method {
                classes: Default::default(),
                times: Histogram::new(Unit::Time),
            })
        });
        let class = usize::from(status / 100).saturating_sub(1);
        if let Some(count) = of_method.classes.get(class) {
            count.add(1);
        }
        of_method.times.time(time);
    }

    fn route(&self, route: &str) -> Arc<Route> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = known.get(route) {
            return Arc::clone(route);
        }
        drop(known);
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(route.into()).or_default())
    }

    /// Calls `show` with everything that was counted, in the order of the routes.
    pub fn each(&self, mut show: impl FnMut(Series<'_>)) {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = all
            .iter()
            .map(|(name, route)| (name.clone(), Arc::clone(route)))
            .collect();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (name, route) in &all {
            for (method, slot) in METHODS.into_iter().zip(&route.0) {
                let Some(counted) = slot.get() else { continue };
                let classes = CLASSES.into_iter().zip(&counted.classes);
                show(Series {
                    route: name,
                    method,
                    classes: classes.map(|(class, count)| (class, count.get())).collect(),
                    times: &counted.times,
                });
            }
        }
    }
}
