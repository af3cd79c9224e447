//! How many files this process may have open: each connection is one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that are not connections of clients: the database, the log, the mails, what is read from disk.
const OTHERS: usize = 64;

/// Of so many connections one more may be open: those that have made room for another and are being closed.
const LEAVING: usize = 4;

/// Raises the limit of open files as far as `connections` need and the system allows. Answers how many connections there can be.
///
/// Systems set the lower limit to 1024 for the sake of programs that use `select`; this one does not.
pub(super) fn allow(connections: usize, of_database: usize) -> usize {
    let others = OTHERS + 2 * of_database;
    let needed = connections + connections / LEAVING + others;
    let wanted = u64::try_from(needed).unwrap_or(u64::MAX);
    let limit = getrlimit(Resource::Nofile);
    let Some(current) = limit.current.filter(|current| *current < wanted) else {
        return connections;
    };
    let possible = limit.maximum.map_or(wanted, |most| most.min(wanted));
    let raised = Rlimit {
        current: Some(possible),
        maximum: limit.maximum,
    };
    let reached = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => possible,
        Err(_) => current,
    };
    let reached = usize::try_from(reached).unwrap_or(usize::MAX);
    let count = reached.saturating_sub(others) / (LEAVING + 1) * LEAVING;
    let count = count.clamp(16, connections.max(16));
    if reached < needed {
        tracing::warn!(
            open_files = reached,
            connections = count,
            "the system allows fewer open files than http.connections needs: raise its limit (LimitNOFILE of systemd, \
             ulimit -n), or lower http.connections"
        );
    }
    count
}
