//! What a setting is: a name, its manual, and how to set and show it. `settings!` makes everything
//! from one list.

use std::fmt::Display;
use std::ops::RangeInclusive;

use toml::Value;

use super::Config;
use super::values::{Raw, Setting};

/// A section of the settings: a `[table]` of the file. The first one has no name: the keys at the
/// top of the file.
#[derive(Debug)]
pub struct Section {
    /// Its name, `database`.
    pub name: &'static str,
    /// What it is about, line by line.
    pub doc: &'static [&'static str],
    /// Its settings, in the order of the file.
    pub keys: &'static [Key],
}

/// One setting.
#[derive(Debug)]
pub struct Key {
    /// Its full name, `database.url`.
    pub name: &'static str,
    /// What it means, line by line.
    pub doc: &'static [&'static str],
    /// The values between which it must lie, "1 to 1000".
    pub(super) range: Option<fn() -> String>,
    /// Sets it, or says what would be right.
    pub(super) set: fn(&mut Config, &Raw) -> Result<(), String>,
    /// Its value as the file would write it.
    pub(super) value: fn(&Config) -> Value,
    /// Its value for people to see: secrets masked.
    pub(super) shown: fn(&Config) -> Value,
    /// Masks what is secret in a text that was meant for it.
    pub(super) mask: fn(&str) -> String,
}

impl Key {
    /// The environment variable that sets it: `GATEPOST_DATABASE_URL`.
    pub fn variable(&self) -> String {
        format!("GATEPOST_{}", self.name.replace('.', "_").to_uppercase())
    }

    /// The name without its section: `url`.
    pub fn short_name(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }

    /// What it means, in one line.
    pub fn about(&self) -> String {
        let lines = self.doc.iter().map(|line| line.trim());
        let text = lines.collect::<Vec<_>>().join(" ");
        match self.range {
            Some(range) => format!("{text} From {}.", range()),
            None => text,
        }
    }

    /// Whether `config` holds something here: an empty text, as most secrets have by default, is
    /// nothing.
    pub(super) fn is_given(&self, config: &Config) -> bool {
        (self.value)(config).as_str() != Some("")
    }

    pub(super) const fn new<T: Setting>(
        name: &'static str,
        doc: &'static [&'static str],
        access: Access,
    ) -> Self {
        Self {
            name,
            doc,
            range: access.range,
            set: access.set,
            value: access.value,
            shown: access.shown,
            mask: T::mask,
        }
    }
}

/// How a setting is reached inside `Config`.
#[derive(Clone, Copy)]
pub(super) struct Access {
    pub(super) range: Option<fn() -> String>,
    pub(super) set: fn(&mut Config, &Raw) -> Result<(), String>,
    pub(super) value: fn(&Config) -> Value,
    pub(super) shown: fn(&Config) -> Value,
}

/// Makes, from one list: the structs, their defaults, and `SECTIONS` with the manual of each key.
macro_rules! settings {
    (
        { $($(#[doc = $doc:literal])+ $key:ident: $type:ty = $default:expr $(, $range:expr)?;)+ }
        $($(#[doc = $about:literal])+ $section:ident: $Section:ident {
            $(
                $(#[doc = $inner_doc:literal])+
                $inner:ident: $inner_type:ty = $inner_default:expr $(, $inner_range:expr)?;
            )+
        })+
    ) => {
        /// Everything that can be set. `config.default.toml` is its manual.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Config {
            $($(#[doc = $doc])+ pub $key: $type,)+
            $($(#[doc = $about])+ pub $section: $Section,)+
        }

        impl Default for Config {
            fn default() -> Self {
                Self {
                    $($key: $default,)+
                    $($section: $Section::default(),)+
                }
            }
        }

        $(
            $(#[doc = $about])+
            #[derive(Debug, Clone, PartialEq)]
            pub struct $Section {
                $($(#[doc = $inner_doc])+ pub $inner: $inner_type,)+
            }

            impl Default for $Section {
                fn default() -> Self {
                    Self { $($inner: $inner_default,)+ }
                }
            }
        )+

        /// Every section with its settings, in the order of the manual.
        pub static SECTIONS: &[Section] = &[
            Section {
                name: "",
                doc: &[],
                keys: &[$(settings!(
                    @key stringify!($key), [$($doc),+], $type, [$($range)?], $key
                ),)+],
            },
            $(Section {
                name: stringify!($section),
                doc: &[$($about),+],
                keys: &[$(settings!(
                    @key concat!(stringify!($section), ".", stringify!($inner)),
                    [$($inner_doc),+], $inner_type, [$($inner_range)?], $section . $inner
                ),)+],
            },)+
        ];
    };
    (@key $name:expr, [$($doc:literal),+], $type:ty, [$($range:expr)?], $($path:ident).+) => {
        Key::new::<$type>($name, &[$($doc),+], Access {
            range: settings!(@range $type $(, $range)?),
            set: |config, raw| {
                let value: $type = Setting::read(raw)?;
                $(within(&value, $range)?;)?
                config.$($path).+ = value;
                Ok(())
            },
            value: |config| Setting::value(&config.$($path).+),
            shown: |config| Setting::shown(&config.$($path).+),
        })
    };
    (@range $type:ty) => { None };
    (@range $type:ty, $range:expr) => { Some(|| words::<$type>(&$range)) };
}

pub(super) use settings;

/// Refuses a value out of its range.
pub(super) fn within<T: PartialOrd + Display>(
    value: &T,
    range: RangeInclusive<T>,
) -> Result<(), String> {
    if range.contains(value) {
        Ok(())
    } else {
        Err(words(&range))
    }
}

/// A range for people: `1 to 1000`.
pub(super) fn words<T: Display>(range: &RangeInclusive<T>) -> String {
    format!("{} to {}", range.start(), range.end())
}
