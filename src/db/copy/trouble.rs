//! Trouble with a file, told with its name: "the database" may be either end of a copy, or neither.

use std::path::Path;

use crate::config::DatabaseKind;
use crate::db::Fault;

/// A fault of reading; one that is not the file's stays what it is.
pub(super) fn unread(path: &Path, fault: Fault) -> Fault {
    match fault {
        Fault::Unavailable(cause) => Fault::Other(format!(
            "{} cannot be read: {cause}. Look whether this user may read it, and whether its disk is well",
            path.display()
        )),
        other => other,
    }
}

/// A fault of writing; one that is not the file's stays what it is.
pub(super) fn unwritten(path: &Path, fault: Fault) -> Fault {
    match fault {
        Fault::Unavailable(cause) => Fault::Other(format!(
            "{} cannot be written: {cause}. Look whether there is room on its disk, and whether this user may write there",
            path.display()
        )),
        other => other,
    }
}

/// The same for a database that is filled; a server tells by itself what it lacks.
pub(super) fn unfilled(place: &DatabaseKind, fault: Fault) -> Fault {
    match place {
        DatabaseKind::Sqlite(path) => unwritten(path, fault),
        DatabaseKind::Postgres(_) => fault,
    }
}

/// Somebody else has the file.
pub(super) fn in_use(path: &Path) -> Fault {
    Fault::Other(format!(
        "{} is in use: stop the server that works with it first",
        path.display()
    ))
}
