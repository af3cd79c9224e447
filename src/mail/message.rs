//! What a mail says: asked for by a template's name, rendered at once, and kept sealed because it holds links.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::app::App;
use crate::email_address::EmailAddress;
use crate::error::{Error, Result};
use crate::ids::MailId;

/// The longest subject, in characters.
const SUBJECT_CHARS: usize = 200;

/// A mail that a feature asks for.
#[derive(Clone)]
pub struct Message {
    /// The one recipient.
    pub to: EmailAddress,
    /// `verification/verify_email` for `templates/mails/verification/verify_email.{subject.txt,txt,html}`.
    pub template: &'static str,
    /// What the template shows: an object. `product` is added to it.
    pub context: Value,
}

/// A rendered mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// One line.
    pub subject: String,
    /// The body for programs that show text.
    pub text: String,
    /// The body for those that show HTML.
    pub html: String,
}

impl Content {
    pub(super) fn render(app: &App, message: Message) -> Result<Self> {
        let template = message.template;
        let Value::Object(context) = message.context else {
            return Err(Error::Internal(format!(
                "the context of the mail {template} is no object"
            )));
        };
        let mut context = harmless(context);
        context.insert("product".into(), app.config.product.clone().into());
        let render = |kind: &str, context: &Map<String, Value>| {
            app.templates
                .render(&format!("mails/{template}.{kind}"), context)
        };
        let subject = one_line(&render("subject.txt", &context)?);
        // As a value, because what one template includes of another is not escaped.
        context.insert("subject".into(), subject.clone().into());
        Ok(Self {
            subject,
            text: render("txt", &context)?,
            html: render("html", &context)?,
        })
    }

    pub(super) fn seal(&self, app: &App, id: MailId) -> Result<Vec<u8>> {
        let plain = serde_json::to_vec(self).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(app.secrets.seal(&place(id), &plain))
    }

    /// `None` when it was emptied after sending, or sealed under another master key.
    pub(super) fn open(app: &App, id: MailId, sealed: &[u8]) -> Option<Self> {
        let plain = app.secrets.open(&place(id), sealed)?;
        serde_json::from_slice(&plain).ok()
    }
}

/// The content of one row cannot be opened as that of another.
fn place(id: MailId) -> String {
    format!("outbox:{id}")
}

/// What people typed, made unable to be anything but words of a sentence.
fn harmless(mut context: Map<String, Value>) -> Map<String, Value> {
    // Anybody can register anybody's address, with an advertisement for a name: then it is a greeting without a name.
    if context
        .get("name")
        .and_then(Value::as_str)
        .is_some_and(reads_as_link)
    {
        context.remove("name");
    }
    for value in context.values_mut() {
        if let Value::String(text) = value {
            *text = text
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
        }
    }
    context
}

/// Whether mail programs would make a link of it: an address, or two letters right behind a dot, as in a host name.
fn reads_as_link(name: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut behind_dots = name
        .match_indices('.')
        .map(|(place, _)| name.get(place + 1..).unwrap_or_default().chars());
    name.contains("://")
        || name.contains('@')
        || behind_dots.any(|mut rest| is_letter(rest.next()) && is_letter(rest.next()))
}

/// A line break in a subject would begin another header field.
fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(SUBJECT_CHARS).collect()
}
