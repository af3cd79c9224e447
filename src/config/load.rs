//! Layers: the defaults, then the file, then the environment, then the command line; the last one
//! that speaks is right.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use super::schema::Key;
use super::values::Raw;
use super::{Config, checks, environment, file, secret_files, settings, suggest};

/// Where settings are looked for.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file of `--config`. Without it: that of `GATEPOST_CONFIG`, else `gatepost.toml` if there
    /// is one.
    pub file: Option<PathBuf>,
    /// The environment.
    pub environment: Vec<(String, String)>,
    /// The folder that relative names of files begin in.
    pub directory: PathBuf,
    /// Names and values from the command line.
    pub flags: Vec<(String, String)>,
}

impl Sources {
    /// The environment and the working directory of this process.
    pub fn of_process(file: Option<PathBuf>, flags: Vec<(String, String)>) -> Self {
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        let environment = std::env::vars_os().map(|(name, value)| (text(name), text(value)));
        Self {
            file,
            environment: environment.collect(),
            directory: PathBuf::new(),
            flags,
        }
    }
}

/// Who set a value. A later one overrules an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody.
    Default,
    /// A line of the settings file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// The file of a secret, named by the setting that ends in `_file`.
    SecretFile(PathBuf),
    /// An environment variable.
    Environment(String),
    /// The command line.
    Flag,
}

impl Origin {
    /// How strong it is: the greater one is right.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Default => 0,
            Self::File { .. } | Self::SecretFile(_) => 1,
            Self::Environment(_) => 2,
            Self::Flag => 3,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{} line {line}", path.display()),
            Self::SecretFile(path) => write!(f, "file {}", path.display()),
            Self::Environment(variable) => write!(f, "environment {variable}"),
            Self::Flag => f.write_str("command line"),
        }
    }
}

/// Who set which setting, by name; what is not in it stands at its default.
pub type Origins = BTreeMap<&'static str, Origin>;

/// The settings in force, and who set each.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// Who set them.
    pub origins: Origins,
}

impl Loaded {
    /// Who set `key`.
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or(Origin::Default)
    }

    /// Sets `key`; the error is one line that says what was wrong, where, and what would be right.
    pub(super) fn set(
        &mut self,
        key: &'static Key,
        raw: &Raw,
        origin: Origin,
    ) -> Result<(), String> {
        (key.set)(&mut self.config, raw)
            .map_err(|expected| fault(&origin, key, &(key.mask)(&raw.as_given()), &expected))?;
        self.origins.insert(key.name, origin);
        Ok(())
    }
}

/// Reads all layers and judges the result. The error is one line for whoever starts the server.
pub fn load(sources: &Sources) -> Result<Loaded, String> {
    // What was given is part of the line, and may hold line breaks itself.
    layers(sources).map_err(|fault| fault.replace(char::is_control, " "))
}

fn layers(sources: &Sources) -> Result<Loaded, String> {
    let mut loaded = Loaded::default();
    file::read(&mut loaded, sources)?;
    environment::read(&mut loaded, &sources.environment)?;
    for (name, value) in &sources.flags {
        let unknown = || {
            unknown(
                "command line",
                name,
                suggest::nearest(name).map(|key| key.name),
            )
        };
        let key = settings::key(name).ok_or_else(unknown)?;
        loaded.set(key, &Raw::Text(value.clone()), Origin::Flag)?;
    }
    secret_files::read(&mut loaded, sources)?;
    checks::check(&loaded)?;
    Ok(loaded)
}

/// The line for a value that cannot be.
pub(super) fn fault(origin: &Origin, key: &Key, given: &str, expected: &str) -> String {
    format!(
        "{origin}: {} = \"{given}\" is not valid; expected {expected}",
        key.name
    )
}

/// The line for a name that is none.
pub(super) fn unknown(place: &str, name: &str, nearest: Option<&str>) -> String {
    let hint = match nearest {
        Some(nearest) => format!("did you mean \"{nearest}\"?"),
        None => "config.default.toml lists all settings".to_owned(),
    };
    format!("{place}: unknown setting \"{name}\"; {hint}")
}
