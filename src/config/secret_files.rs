//! Secrets in files of their own: `keys.secret_file` holds what `keys.secret` would.

use super::load::{Loaded, Origin, Sources};
use super::schema::Key;
use super::settings;
use super::values::Raw;

/// Reads every file that a `…_file` setting names.
pub(super) fn read(loaded: &mut Loaded, sources: &Sources) -> Result<(), String> {
    for (holder, key) in pairs() {
        if holder.is_given(&loaded.config) {
            read_one(loaded, sources, (holder, key))?;
        }
    }
    Ok(())
}

/// Each `…_file` setting with the one that it stands for.
fn pairs() -> impl Iterator<Item = (&'static Key, &'static Key)> {
    settings::keys().filter_map(|holder| {
        let name = holder.name.strip_suffix("_file")?;
        settings::key(name).map(|key| (holder, key))
    })
}

fn read_one(
    loaded: &mut Loaded,
    sources: &Sources,
    (holder, key): (&Key, &'static Key),
) -> Result<(), String> {
    let (named_by, given_by) = (loaded.origin(holder.name), loaded.origin(key.name));
    if key.is_given(&loaded.config) {
        if named_by.rank() == given_by.rank() {
            return Err(format!(
                "{given_by}: {} is set, and so is {} ({named_by}); keep one of them",
                key.name, holder.name
            ));
        }
        if given_by.rank() > named_by.rank() {
            return Ok(());
        }
    }
    let value = (holder.value)(&loaded.config);
    let path = std::path::PathBuf::from(value.as_str().unwrap_or_default());
    // Whoever takes it for the setting itself may have written an address with its password here.
    let shown = (holder.mask)(&path.display().to_string());
    let text = std::fs::read_to_string(sources.directory.join(&path)).map_err(|fault| {
        format!(
            "{named_by}: {} = \"{shown}\" cannot be read: {fault}",
            holder.name
        )
    })?;
    // Taken for "not set" it would start a server on a new, empty database, or with a key of its own.
    if text.trim().is_empty() {
        return Err(format!(
            "{named_by}: {} = \"{shown}\" is an empty file: write the value of {} into it, or leave {} out",
            holder.name, key.name, holder.name
        ));
    }
    // Editors and `echo` end a file with a newline that is no part of the secret.
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    loaded.set(key, &Raw::Text(text.to_owned()), Origin::SecretFile(path))
}
