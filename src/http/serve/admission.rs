//! How many connections there may be: so many in all, and of one network no more than half of them.
//!
//! Beyond that an idle connection makes room for the new one, so that whoever holds thousands of them open keeps nobody out,
//! not even his neighbour behind the same address. Only where all are at work the new one is refused.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::activity::{Activity, Patience};
use super::open_files;
use crate::config::{Config, Network};
use crate::http::client::network_of;

/// Connections that are looked at, from the oldest on, for one that is idle.
const LOOKED_AT: usize = 256;

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
    count: usize,
    /// Of each network its connections, the oldest first.
    networks: HashMap<IpAddr, BTreeMap<u64, Arc<Activity>>>,
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
        if present.count >= self.most {
            let greediest = present.greediest(|network| !self.is_proxy(network))?;
            present.evict_of(greediest)?;
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
        self.networks.get(&network).map_or(0, BTreeMap::len)
    }

    /// The network with the most connections, of those that may lose one.
    fn greediest(&self, may_lose: impl Fn(IpAddr) -> bool) -> Option<IpAddr> {
        let networks = self
            .networks
            .iter()
            .filter(|(network, _)| may_lose(**network));
        let most = networks.max_by_key(|(_, held)| held.len());
        most.map(|(network, _)| *network)
    }

    /// Ends the oldest connection of `network` on which nothing runs.
    fn evict_of(&mut self, network: IpAddr) -> Option<()> {
        let held = self.networks.get(&network)?;
        let mut oldest = held.iter().take(LOOKED_AT);
        let (arrival, activity) = oldest.find(|(_, activity)| activity.is_idle())?;
        let arrival = *arrival;
        activity.evict();
        // Its place is free at once; its task ends a moment later.
        self.remove(network, arrival);
        Some(())
    }

    fn add(&mut self, network: IpAddr, activity: &Arc<Activity>) -> u64 {
        self.arrivals += 1;
        self.count += 1;
        let held = self.networks.entry(network).or_default();
        held.insert(self.arrivals, Arc::clone(activity));
        self.arrivals
    }

    fn remove(&mut self, network: IpAddr, arrival: u64) {
        let Some(held) = self.networks.get_mut(&network) else {
            return;
        };
        if held.remove(&arrival).is_some() {
            self.count -= 1;
        }
        if held.is_empty() {
            self.networks.remove(&network);
        }
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.admission.present().remove(self.network, self.arrival);
    }
}
