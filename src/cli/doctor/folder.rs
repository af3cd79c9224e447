//! The data folder and the master key: there, and for this user alone.

use std::fs::{Metadata, metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use rustix::fs::{Access, access};
use rustix::process::geteuid;

use super::report::Report;
use crate::config::{Config, DatabaseKind};
use crate::crypto::MasterKey;

/// Answers whether there is a master key.
pub(super) fn check(config: &Config, report: &mut Report) -> bool {
    let keeps_key = config.keys.secret.is_empty();
    let keeps_database =
        matches!(config.database(), DatabaseKind::Sqlite(path) if path.starts_with(&config.data));
    if keeps_key || keeps_database {
        folder(&config.data, report);
    } else {
        report.ok("data", "Nothing is kept in a folder.");
    }
    if !keeps_key {
        report.ok("master key", "It comes from the settings.");
        return true;
    }
    key(&config.data.join("master.key"), report)
}

fn folder(path: &Path, report: &mut Report) {
    let shown = path.display();
    let Ok(found) = metadata(path) else {
        report.warn(
            "data",
            format!("The folder {shown} does not exist yet."),
            "The first start makes it. If it was there before, look whether something is not mounted.",
        );
        return;
    };
    if access(path, Access::WRITE_OK | Access::EXEC_OK).is_err() || !found.is_dir() {
        report.fail(
            "data",
            format!("{shown} is no folder that this user can write to."),
            "Make it one, or run gatepost as the user whose folder it is.",
        );
    } else if others(&found) {
        report.warn(
            "data",
            format!("Other users of this machine can look into {shown}."),
            format!("chmod 700 {shown}"),
        );
    } else if found.uid() != geteuid().as_raw() {
        report.warn(
            "data",
            format!("{shown} belongs to another user (number {}).", found.uid()),
            "Run this command as the user as whom the server runs.",
        );
    } else {
        report.ok("data", format!("{shown}, for this user alone."));
    }
}

fn key(path: &Path, report: &mut Report) -> bool {
    let shown = path.display();
    match metadata(path) {
        Ok(found) if others(&found) => report.fail(
            "master key",
            format!("Other users of this machine can read {shown}."),
            format!("chmod 600 {shown}"),
        ),
        Ok(_) => match MasterKey::read(path) {
            Ok(_) => {
                report.ok("master key", format!("{shown}, for this user alone."));
                return true;
            }
            Err(fault) => report.fail(
                "master key",
                fault,
                "Do what the text says; the server does not start either.",
            ),
        },
        Err(_) => report.warn(
            "master key",
            format!("{shown} does not exist."),
            "On a new server the first start makes it. Otherwise put it back from the backup: without it nothing that is sealed in the database can be read.",
        ),
    }
    false
}

fn others(found: &Metadata) -> bool {
    !found.permissions().mode().is_multiple_of(0o100)
}
