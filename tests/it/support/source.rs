//! The repository's own files, as the guard tests read them.

use std::fs;
use std::path::{Path, PathBuf};

/// A file with its path inside the repository, such as `src/accounts/lock.rs`.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: String,
    pub text: String,
}

/// The folder of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text of one file.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below `folder` whose name ends with `ending`, in the order of their paths.
pub fn files(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut |path| {
        let name = path
            .strip_prefix(root())
            .expect("inside")
            .to_string_lossy()
            .into_owned();
        if name.ends_with(ending) {
            found.push(Source {
                text: read(&name),
                path: name,
            });
        }
    });
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(!found.is_empty(), "nothing in {folder}");
    found
}

/// Every folder below `folder`, itself as well, with the number of its files.
pub fn folders(folder: &str) -> Vec<(String, usize)> {
    let mut all = vec![(folder.to_owned(), 0)];
    let entries = fs::read_dir(root().join(folder)).expect("a folder");
    for entry in entries.map(|entry| entry.expect("readable")) {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            all.extend(folders(&path));
        } else {
            all[0].1 += 1;
        }
    }
    all
}

fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    for entry in
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
    {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            walk(&path, visit);
        } else {
            visit(&path);
        }
    }
}

impl Source {
    /// The name of the file without its ending; of a `mod.rs` that of its folder.
    pub fn stem(&self) -> &str {
        let bare = self
            .path
            .trim_end_matches("/mod.rs")
            .trim_end_matches(".rs");
        bare.rsplit('/').next().unwrap_or(bare)
    }

    /// The module directly below `src` that the file belongs to: `accounts` of `src/accounts/lock.rs`.
    pub fn module(&self) -> &str {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inner
            .split('/')
            .next()
            .unwrap_or(inner)
            .trim_end_matches(".rs")
    }

    /// The lines that are code: without comments, and numbered from 1.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self
            .text
            .lines()
            .enumerate()
            .map(|(place, line)| (place + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// Fails with all of them when there are any, and says what to do.
#[track_caller]
pub fn assert_none(found: &[String], advice: &str) {
    assert!(found.is_empty(), "\n{advice}\n\n  {}\n", found.join("\n  "));
}
