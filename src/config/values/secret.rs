//! Settings that must not be shown: whoever needs one has to say `expose`.

use std::fmt;

use toml::Value;
use zeroize::Zeroizing;

use super::{Raw, Setting};

/// What stands in a secret's place.
const MASK: &str = "***";

/// What the address of a PostgreSQL server begins with.
const POSTGRES: [&str; 2] = ["postgres://", "postgresql://"];

/// A secret text. It is masked wherever it is printed, and wiped from memory when dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Self::mask(&self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({self})")
    }
}

impl Setting for Secret {
    fn read(raw: &Raw) -> Result<Self, String> {
        raw.text()
            .map(Self::from)
            .ok_or_else(|| "a text in quotes".into())
    }

    fn value(&self) -> Value {
        Value::String(self.expose().to_owned())
    }

    fn shown(&self) -> Value {
        Value::String(self.to_string())
    }

    fn mask(text: &str) -> String {
        if text.is_empty() {
            String::new()
        } else {
            MASK.to_owned()
        }
    }
}

/// Where the database is. Its password is masked wherever it is printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DatabaseUrl(Zeroizing<String>);

impl DatabaseUrl {
    /// The whole address, password included.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it names a PostgreSQL server.
    pub fn is_postgres(&self) -> bool {
        POSTGRES.iter().any(|scheme| self.0.starts_with(scheme))
    }

    /// The file of an SQLite database.
    pub fn sqlite_path(&self) -> Option<&str> {
        let path = self.0.strip_prefix("sqlite:")?;
        Some(path.strip_prefix("//").unwrap_or(path))
    }
}

impl From<&str> for DatabaseUrl {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Self::mask(&self.0))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

impl Setting for DatabaseUrl {
    fn read(raw: &Raw) -> Result<Self, String> {
        let expected = "postgres://user:password@host/database or sqlite:path/to/file.db";
        let url = Self::from(raw.text().ok_or(expected)?.trim());
        // ":memory:" would be another, empty database for each connection.
        let sqlite = url
            .sqlite_path()
            .is_some_and(|path| !path.is_empty() && path != ":memory:");
        if url.is_empty() || url.is_postgres() || sqlite {
            Ok(url)
        } else {
            Err(expected.to_owned())
        }
    }

    fn value(&self) -> Value {
        Value::String(self.expose().to_owned())
    }

    fn shown(&self) -> Value {
        Value::String(self.to_string())
    }

    fn mask(text: &str) -> String {
        let text = text.trim();
        if text.is_empty() || text.starts_with("sqlite:") {
            return text.to_owned();
        }
        // Of what is not understood any part may be the password, such as in `host=h password=p`.
        let masked = mask_query(&mask_user(text));
        if is_address(&masked) {
            masked
        } else {
            MASK.to_owned()
        }
    }
}

/// Whether it is an address of PostgreSQL in which nothing but hosts and ports stands where those belong: what is left of a
/// forgotten host is the password.
fn is_address(text: &str) -> bool {
    let rest = POSTGRES.iter().find_map(|scheme| text.strip_prefix(scheme));
    let Some(rest) = rest.filter(|rest| !rest.contains(char::is_whitespace)) else {
        return false;
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let hosts = authority.rsplit('@').next().unwrap_or_default();
    let is_of_host = |c: char| c.is_alphanumeric() || ".-_%:[]".contains(c);
    // There may be several, and the brackets of IPv6 hold colons of their own.
    hosts.split(',').all(|host| {
        let port = host.rsplit_once(':').filter(|_| !host.ends_with(']'));
        let is_port = |(_, port): (&str, &str)| port.bytes().all(|byte| byte.is_ascii_digit());
        host.chars().all(is_of_host) && port.is_none_or(is_port)
    })
}

/// `scheme://user:password@…`: masked up to the LAST `@`, because passwords that were not
/// percent-encoded hold `@`, `/` and `?` too.
fn mask_user(text: &str) -> String {
    let start = text.find("://").map_or(0, |at| at.saturating_add(3));
    let (scheme, rest) = text.split_at(start);
    let Some((user, host)) = rest.rsplit_once('@') else {
        return text.to_owned();
    };
    match user.split_once(':') {
        Some((name, _)) => format!("{scheme}{name}:{MASK}@{host}"),
        None => text.to_owned(),
    }
}

/// Parts of the names of parameters whose values are for the server that is asked, and for nobody else.
const TELLING: [&str; 7] = ["pass", "secret", "token", "key", "auth", "sig", "cred"];

/// A text that may be an address of the web, as people may see it: without the name and the password in front of its host, and without
/// parameters that sound like secrets. Any other text is itself.
pub(super) fn mask_address(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return mask_bare(text);
    };
    let is_plain = url::Url::parse(text)
        .is_ok_and(|url| url.username().is_empty() && url.password().is_none());
    // What cannot be read as an address may have a password with a slash in it: all up to the last @ goes.
    let masked = match rest.rsplit_once('@') {
        Some((_, host)) if !is_plain => format!("{scheme}://{MASK}@{host}"),
        _ => text.to_owned(),
    };
    mask_parameters(&masked, &TELLING)
}

/// `name:password@host`, of which the scheme was forgotten.
fn mask_bare(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((user, host)) if user.contains(':') && !text.contains(char::is_whitespace) => {
            format!("{MASK}@{host}")
        }
        _ => text.to_owned(),
    }
}

/// `…?password=…`: drivers take it from there as well.
fn mask_query(text: &str) -> String {
    mask_parameters(text, &["pass"])
}

/// Masks the values of parameters whose name has one of `words` in it.
fn mask_parameters(text: &str, words: &[&str]) -> String {
    let Some((address, query)) = text.split_once('?') else {
        return text.to_owned();
    };
    let is_telling = |name: &str| {
        let name = name.to_ascii_lowercase();
        words.iter().any(|word| name.contains(word))
    };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_telling(name) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    });
    format!("{address}?{}", pairs.collect::<Vec<_>>().join("&"))
}
