//! Input: judged in the order of the contract, and all of its faults reported at once.
//!
//! Body syntax first, then who is asking, then every fault of path, query and body together. A handler asks for
//! `Checked<Caller, (AccountId, Json<Change>)>` and gets both, or its client gets the refusal.

mod body;
mod faults;
mod form_text;
mod judge;
mod patch;
mod segment;
mod shape;

use std::convert::Infallible;
use std::sync::OnceLock;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::govern::ReadBody;
use crate::app::App;
use crate::error::{Error, Fault};
use crate::ids::{AccountId, InvitationId, MailId, NoteId, SessionId};
use crate::stages::{self, Stage};

pub use body::{Form, JsonOrForm, form_pairs};
pub use form_text::FormText;
use judge::Subject;

pub use faults::{Faults, masked};
pub use patch::Patch;
pub use segment::Segment;
pub use shape::{Shape, TEXT_PATTERN};

/// Input of type `I` from a caller of type `C`.
pub struct Checked<C, I = ()>(pub C, pub I);

/// Anybody: the operation says on purpose that it asks for no credentials.
pub struct Anyone;

impl FromRequestParts<App> for Anyone {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

/// A request as input reads it.
pub struct Sent {
    path: Vec<(String, String)>,
    query: String,
    content_type: Option<String>,
    body: Bytes,
    json: OnceLock<Result<Option<Value>, Box<Fault>>>,
}

/// Something that a request can carry.
pub trait Input: Sized + Send {
    /// Finds a body that cannot be read at all; judged before the credentials.
    fn check_syntax(_sent: &Sent) -> Result<(), Box<Fault>> {
        Ok(())
    }

    /// Reads the input; `None` when faults were added.
    fn read(app: &App, sent: &Sent, faults: &mut Faults) -> Option<Self>;
}

/// Named fields, described by the schema that the document shows.
pub trait Fields: DeserializeOwned + Send {
    /// The schema, compiled once.
    fn shape() -> &'static Shape;

    /// Adds what a schema cannot say, such as "at least one field".
    fn review(_app: &App, _sent: &Map<String, Value>, _faults: &mut Faults) {}
}

/// Implements [`Fields::shape`] from the type's schema.
#[macro_export]
macro_rules! shape_of {
    ($type:ty) => {
        fn shape() -> &'static $crate::http::input::Shape {
            static SHAPE: std::sync::LazyLock<$crate::http::input::Shape> =
                std::sync::LazyLock::new($crate::http::input::Shape::of::<$type>);
            &SHAPE
        }
    };
}

impl<C, I> FromRequestParts<App> for Checked<C, I>
where
    C: FromRequestParts<App>,
    Error: From<C::Rejection>,
    I: Input,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let sent = Sent::of(parts, app).await;
        let (syntax, _) = stages::timed_here(Stage::Parse, || I::check_syntax(&sent));
        syntax.map_err(|fault| Error::Invalid(vec![*fault]))?;
        let caller = C::from_request_parts(parts, app).await?;
        let mut faults = Faults::default();
        let read = || I::read(app, &sent, &mut faults);
        match stages::timed_here(Stage::Parse, read).0 {
            Some(input) if faults.is_empty() => Ok(Self(caller, input)),
            _ => Err(Error::Invalid(faults.into_vec())),
        }
    }
}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Sent {
    async fn of(parts: &mut Parts, app: &App) -> Self {
        let raw = RawPathParams::from_request_parts(parts, app).await;
        let path = raw.map(|raw| {
            raw.iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        });
        let content_type = parts
            .headers
            .get("content-type")
            .and_then(|value| value.to_str().ok());
        Self {
            // A path that is no UTF-8 has no parameters that anything could match.
            path: path.unwrap_or_default(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            content_type: content_type.map(str::to_owned),
            body: parts
                .extensions
                .get::<ReadBody>()
                .cloned()
                .unwrap_or_default()
                .0,
            json: OnceLock::new(),
        }
    }

    fn path(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(found, _)| found == name);
        found.map_or("\u{fffd}", |(_, value)| value.as_str())
    }
}

/// Judges an object that did not come over HTTP, such as a command's arguments, by the same rules.
pub fn judge_object<T: Fields>(app: &App, sent: &Map<String, Value>) -> Result<T, Error> {
    let mut faults = Faults::default();
    let read = Subject::object("body", sent).judge::<T>(app, &mut faults);
    read.ok_or_else(|| Error::Invalid(faults.into_vec()))
}

impl Input for () {
    fn read(_: &App, _: &Sent, _: &mut Faults) -> Option<Self> {
        Some(())
    }
}

impl<A: Input, B: Input> Input for (A, B) {
    fn check_syntax(sent: &Sent) -> Result<(), Box<Fault>> {
        A::check_syntax(sent)?;
        B::check_syntax(sent)
    }

    fn read(app: &App, sent: &Sent, faults: &mut Faults) -> Option<Self> {
        // Both are read before either is given up, so that the faults of both are told.
        let (first, second) = (A::read(app, sent, faults), B::read(app, sent, faults));
        Some((first?, second?))
    }
}

/// An identifier in the path, below its own name.
macro_rules! in_path {
    ($($type:ty = $name:literal),+) => {
        $(impl Input for $type {
            fn read(_: &App, sent: &Sent, faults: &mut Faults) -> Option<Self> {
                let text = sent.path($name);
                match text.parse() {
                    Ok(id) => Some(id),
                    Err(error) => {
                        faults.add(no_uuid($name, text, &error));
                        None
                    }
                }
            }
        })+
    };
}

in_path!(
    AccountId = "user_id",
    SessionId = "session_id",
    InvitationId = "invitation_id",
    NoteId = "note_id",
    MailId = "mail_id"
);

fn no_uuid(name: &str, text: &str, error: &uuid::Error) -> Fault {
    let why = error.to_string();
    Fault {
        r#type: "uuid_parsing",
        loc: vec!["path".into(), name.into()],
        msg: format!("Input should be a valid UUID, {why}"),
        input: text.into(),
        ctx: Some(json!({"error": why})),
    }
}

/// The path's `{token}`: any text.
pub struct Token(pub String);

impl Input for Token {
    fn read(_: &App, sent: &Sent, _: &mut Faults) -> Option<Self> {
        Some(Self(sent.path("token").to_owned()))
    }
}

/// A JSON object in the body.
pub struct Json<T>(pub T);

impl<T: Fields> Input for Json<T> {
    fn check_syntax(sent: &Sent) -> Result<(), Box<Fault>> {
        sent.json().map(drop)
    }

    fn read(app: &App, sent: &Sent, faults: &mut Faults) -> Option<Self> {
        let object = sent.json_object(faults)?;
        Subject::object("body", object)
            .judge::<T>(app, faults)
            .map(Self)
    }
}

impl<T: Fields> Input for Form<T> {
    fn read(app: &App, sent: &Sent, faults: &mut Faults) -> Option<Self> {
        let mut fields = sent.form_fields();
        T::shape().coerce("body", &mut fields, faults);
        Subject::form(&fields).judge::<T>(app, faults).map(Self)
    }
}

impl<T: Fields> Input for JsonOrForm<T> {
    fn check_syntax(sent: &Sent) -> Result<(), Box<Fault>> {
        if sent.is_form() {
            return Ok(());
        }
        Json::<T>::check_syntax(sent)
    }

    fn read(app: &App, sent: &Sent, faults: &mut Faults) -> Option<Self> {
        if sent.is_form() {
            return Form::<T>::read(app, sent, faults).map(|form| Self(form.0));
        }
        Json::<T>::read(app, sent, faults).map(|json| Self(json.0))
    }
}

/// The query's parameters.
pub struct Query<T>(pub T);

impl<T: Fields> Input for Query<T> {
    fn read(app: &App, sent: &Sent, faults: &mut Faults) -> Option<Self> {
        let pairs = form_urlencoded::parse(sent.query.as_bytes());
        // Of a repeated parameter the last counts.
        let mut fields: Map<String, Value> = pairs
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect();
        T::shape().coerce("query", &mut fields, faults);
        Subject::object("query", &fields)
            .judge::<T>(app, faults)
            .map(Self)
    }
}
