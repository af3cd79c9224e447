//! How many connections there may be: so many in all, and of one network no more than half of them.
//!
//! Beyond that an idle connection makes room for the new one, or else one whose client leaves its answer lying, so that whoever
//! holds thousands of them open keeps nobody out, not even his neighbour behind the same address. Only where all are at work
//! the new one is refused.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::activity::{Activity, Patience};
use super::open_files;
use crate::config::{Config, Network};
use crate::http::client::network_of;

/// Connections that are looked at for one that can make room. The next one who comes looks at those behind them, so that some
/// thousands at work hide nobody for long.
const LOOKED_AT: usize = 512;

/// Everybody who is connected.
pub(super) struct Admission {
    patience: Patience,
    most: usize,
    share: usize,
    proxies: Vec<Network>,
    present: Mutex<Present>,
}

#[derive(Default)]
struct Present {
    arrivals: u64,
    /// All connections, the oldest first.
    all: Line<IpAddr>,
    /// Of each network its own.
    networks: HashMap<IpAddr, Line<Arc<Activity>>>,
}

/// Connections by their arrival, and how far they have been looked at.
struct Line<T> {
    held: BTreeMap<u64, T>,
    looked_at: u64,
}

/// A connection that was let in. Dropping it makes room.
pub(super) struct Admitted {
    admission: Arc<Admission>,
    network: IpAddr,
    arrival: u64,
    pub activity: Arc<Activity>,
}

impl Admission {
    pub fn of(config: &Config) -> Arc<Self> {
        let most = open_files::allow(config.http.connections, config.database.connections);
        Arc::new(Self {
            patience: Patience::of(config),
            most,
            share: most.div_ceil(2),
            proxies: config.http.trusted_proxies.clone(),
            present: Mutex::default(),
        })
    }

    fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A reverse proxy of ours brings everybody's connections.
    fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(address))
    }

    /// Lets a connection in, in the place of an idle one if need be. `None`: there is no room.
    pub fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Admitted> {
        let network = network_of(address);
        let mut present = self.present();
        if !self.is_proxy(address) && present.held_by(network) >= self.share {
            present.evict_of(network)?;
        }
        if present.all.held.len() >= self.most {
            let may_lose = |network| !self.is_proxy(network);
            let greediest = present.greediest(may_lose)?;
            let has_room = present.evict_of(greediest);
            has_room.or_else(|| present.evict_any(may_lose))?;
        }
        let activity = Activity::begin(self.patience);
        let arrival = present.add(network, &activity);
        drop(present);
        Some(Admitted {
            admission: Arc::clone(self),
            network,
            arrival,
            activity,
        })
    }
}

impl Present {
    fn held_by(&self, network: IpAddr) -> usize {
        self.networks
            .get(&network)
            .map_or(0, |line| line.held.len())
    }

    /// The network with the most connections, of those that may lose one.
    fn greediest(&self, may_lose: impl Fn(IpAddr) -> bool) -> Option<IpAddr> {
        let networks = self
            .networks
            .iter()
            .filter(|(network, _)| may_lose(**network));
        let most = networks.max_by_key(|(_, line)| line.held.len());
        most.map(|(network, _)| *network)
    }

    /// Ends a connection of `network` that can make room, the oldest first.
    fn evict_of(&mut self, network: IpAddr) -> Option<()> {
        let line = self.networks.get_mut(&network)?;
        let arrival = line.find(|_, activity| Some(Arc::clone(activity)))?;
        self.evict(network, arrival)
    }

    /// Ends a connection of any network that can make room and may lose one.
    fn evict_any(&mut self, may_lose: impl Fn(IpAddr) -> bool) -> Option<()> {
        let Self { all, networks, .. } = self;
        let arrival = all.find(|arrival, network| {
            let line = networks.get(network).filter(|_| may_lose(*network))?;
            line.held.get(&arrival).cloned()
        })?;
        let network = *all.held.get(&arrival)?;
        self.evict(network, arrival)
    }

    fn evict(&mut self, network: IpAddr, arrival: u64) -> Option<()> {
        // Its place is free at once; its task ends a moment later.
        self.remove(network, arrival)?.evict();
        Some(())
    }

    fn add(&mut self, network: IpAddr, activity: &Arc<Activity>) -> u64 {
        self.arrivals += 1;
        self.all.held.insert(self.arrivals, network);
        let line = self.networks.entry(network).or_default();
        line.held.insert(self.arrivals, Arc::clone(activity));
        self.arrivals
    }

    fn remove(&mut self, network: IpAddr, arrival: u64) -> Option<Arc<Activity>> {
        self.all.held.remove(&arrival);
        let line = self.networks.get_mut(&network)?;
        let removed = line.held.remove(&arrival);
        if line.held.is_empty() {
            self.networks.remove(&network);
        }
        removed
    }
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self {
            held: BTreeMap::new(),
            looked_at: 0,
        }
    }
}

impl<T> Line<T> {
    /// One that is idle, or else one that its client neglects: where there is an idle one near, it is the first one found.
    fn find(&mut self, activity: impl Fn(u64, &T) -> Option<Arc<Activity>>) -> Option<u64> {
        let behind = self.held.range(self.looked_at + 1..);
        let before = self.held.range(..=self.looked_at);
        let mut neglected = None;
        for (arrival, held) in behind.chain(before).take(LOOKED_AT) {
            self.looked_at = *arrival;
            let Some(activity) = activity(*arrival, held) else {
                continue;
            };
            if activity.is_idle() {
                return Some(*arrival);
            }
            if neglected.is_none() && activity.is_neglected() {
                neglected = Some(*arrival);
            }
        }
        neglected
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.admission.present().remove(self.network, self.arrival);
    }
}
