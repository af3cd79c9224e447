//! How a value is read from the file, the environment or the command line, and how it is written.

mod byte_size;
mod network;
mod period;
mod secret;
mod text;

use toml::Value;

pub use byte_size::ByteSize;
pub use network::Network;
pub use period::Period;
pub use secret::{DatabaseUrl, Secret};

/// What was given for a setting.
#[derive(Debug, Clone)]
pub enum Raw {
    /// In the file: TOML knows texts from numbers.
    Written(Value),
    /// In the environment or on the command line, where everything is text.
    Text(String),
}

impl Raw {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Written(value) => value.as_str(),
            Self::Text(text) => Some(text),
        }
    }

    /// As it was given, for messages.
    pub fn as_given(&self) -> String {
        match self {
            Self::Written(Value::String(text)) | Self::Text(text) => text.clone(),
            Self::Written(value) => value.to_string(),
        }
    }
}

/// A type that a setting can have.
pub trait Setting: Sized {
    /// Reads it; the error says what was expected.
    fn read(raw: &Raw) -> Result<Self, String>;

    /// As the file writes it.
    fn value(&self) -> Value;

    /// As people may see it.
    fn shown(&self) -> Value {
        self.value()
    }

    /// A text that was meant for it, as people may see it.
    fn mask(text: &str) -> String {
        text.to_owned()
    }
}

impl Setting for bool {
    fn read(raw: &Raw) -> Result<Self, String> {
        let found = match raw {
            Raw::Written(value) => value.as_bool(),
            Raw::Text(text) => text.trim().parse().ok(),
        };
        found.ok_or_else(|| "true or false".into())
    }

    fn value(&self) -> Value {
        Value::Boolean(*self)
    }
}

/// An empty text is nothing.
impl<T: Setting> Setting for Option<T> {
    fn read(raw: &Raw) -> Result<Self, String> {
        match raw.text() {
            Some("") => Ok(None),
            _ => T::read(raw).map(Some),
        }
    }

    fn value(&self) -> Value {
        self.as_ref()
            .map_or_else(|| Value::String(String::new()), T::value)
    }

    fn shown(&self) -> Value {
        self.as_ref()
            .map_or_else(|| Value::String(String::new()), T::shown)
    }

    fn mask(text: &str) -> String {
        T::mask(text)
    }
}

/// A list; in the environment and on the command line separated by commas.
impl<T: Setting> Setting for Vec<T> {
    fn read(raw: &Raw) -> Result<Self, String> {
        match raw {
            Raw::Written(Value::Array(items)) => items
                .iter()
                .map(|item| T::read(&Raw::Written(item.clone())))
                .collect(),
            Raw::Written(_) => Err("a list in square brackets".into()),
            Raw::Text(text) => text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| T::read(&Raw::Text(item.to_owned())))
                .collect(),
        }
    }

    fn value(&self) -> Value {
        Value::Array(self.iter().map(T::value).collect())
    }

    fn shown(&self) -> Value {
        Value::Array(self.iter().map(T::shown).collect())
    }

    fn mask(text: &str) -> String {
        T::mask(text)
    }
}

/// Settings that are whole numbers.
macro_rules! numbers {
    ($($type:ty),+) => {$(
        impl Setting for $type {
            fn read(raw: &Raw) -> Result<Self, String> {
                let found = match raw {
                    Raw::Written(value) => value.as_integer().and_then(|n| n.try_into().ok()),
                    Raw::Text(text) => text.trim().parse().ok(),
                };
                found.ok_or_else(|| format!("a whole number from 0 to {}", Self::MAX))
            }

            fn value(&self) -> Value {
                Value::Integer(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )+};
}

numbers!(u16, u32, usize);

/// Settings that are a text of some form, which their `FromStr` knows.
macro_rules! texts {
    ($($type:ty),+) => {$(
        impl Setting for $type {
            fn read(raw: &Raw) -> Result<Self, String> {
                let text = raw.text().unwrap_or_default().trim();
                text.parse().map_err(|expected: &str| expected.to_owned())
            }

            fn value(&self) -> Value {
                Value::String(self.to_string())
            }
        }
    )+};
}

texts!(Period, ByteSize, Network);

/// Settings that are one of a few words.
macro_rules! choices {
    ($($(#[$doc:meta])* $type:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+
    })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $type {
            $($(#[$variant_doc])* $variant,)+
        }

        impl Setting for $type {
            fn read(raw: &Raw) -> Result<Self, String> {
                match raw.text() {
                    $(Some($word) => Ok(Self::$variant),)+
                    _ => Err(format!("one of {}", [$($word),+].join(", "))),
                }
            }

            fn value(&self) -> Value {
                Value::String(match self { $(Self::$variant => $word,)+ }.to_owned())
            }
        }
    )+};
}

choices! {
    /// How the connection to the SMTP server is protected.
    SmtpTls {
        /// Begins in the clear and must change to TLS before anything else is said.
        Starttls = "starttls",
        /// TLS from the first byte.
        Tls = "tls",
        /// Not at all.
        None = "none"
    }
    /// Who may make an account for himself.
    RegistrationMode {
        /// Everybody.
        Open = "open",
        /// Whoever has an address at a listed domain.
        Domains = "domains",
        /// Who was invited.
        Invite = "invite",
        /// Nobody.
        Closed = "closed"
    }
    /// How log lines are written.
    LogFormat {
        /// For people.
        Text = "text",
        /// For programs.
        Json = "json"
    }
}
