//! Pages and mails: templates from the binary, or from the operator's folder, which goes first.

use std::fmt::Write;
use std::path::PathBuf;

use minijinja::value::Value;
use minijinja::{
    AutoEscape, Environment, Error as TemplateError, ErrorKind, Output, State, UndefinedBehavior,
    escape_formatter,
};
use rust_embed::RustEmbed;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::stages::{self, Stage};

#[derive(RustEmbed)]
#[folder = "templates"]
struct Files;

/// Renders templates by name, such as `login/form.html`.
pub struct Templates(Environment<'static>);

impl Templates {
    /// Templates of the binary; those found in `folder` replace the ones of the same name.
    pub fn new(folder: Option<PathBuf>) -> Self {
        let mut environment = Environment::new();
        environment.set_loader(move |name| load(folder.as_ref(), name));
        environment.set_auto_escape_callback(|name| {
            if std::path::Path::new(name)
                .extension()
                .is_some_and(|kind| kind == "html")
            {
                AutoEscape::Html
            } else {
                AutoEscape::None
            }
        });
        // A template of the operator's may name what is not there; it then shows nothing.
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        environment.set_formatter(write_value);
        Self(environment)
    }

    /// Lets every template, and every macro that one imports, see `value` as `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.add_global(name, value);
        self
    }

    /// Renders the template `name` with `context`.
    pub fn render(&self, name: &str, context: impl Serialize) -> Result<String> {
        let render = || {
            let template = self.0.get_template(name);
            template.and_then(|template| template.render(minijinja::value::Serde(context)))
        };
        let (rendered, _) = stages::timed_here(Stage::Render, render);
        rendered.map_err(|error| Error::Internal(format!("template {name}: {error:#}")))
    }

    /// The names of all templates in the binary.
    pub fn names() -> impl Iterator<Item = String> {
        Files::iter().map(std::borrow::Cow::into_owned)
    }
}

/// Writes a value into a template. In HTML the characters that mean something are escaped, and no others: the usual
/// formatter also writes a slash as `&#x2f;`, which makes the links of a mail unreadable in its source.
fn write_value(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> std::result::Result<(), TemplateError> {
    let text = match (state.auto_escape(), value.as_str()) {
        (AutoEscape::Html, Some(text)) if !value.is_safe() => text,
        _ => return escape_formatter(out, state, value),
    };
    let failed = |_| TemplateError::new(ErrorKind::WriteFailure, "a template cannot be written");
    for character in text.chars() {
        let written = match character {
            '&' => out.write_str("&amp;"),
            '<' => out.write_str("&lt;"),
            '>' => out.write_str("&gt;"),
            '"' => out.write_str("&quot;"),
            '\'' => out.write_str("&#39;"),
            other => out.write_char(other),
        };
        written.map_err(failed)?;
    }
    Ok(())
}

fn load(
    folder: Option<&PathBuf>,
    name: &str,
) -> std::result::Result<Option<String>, TemplateError> {
    // Names stand in the program; `..` could only come from a template that includes a file outside.
    if let Some(folder) = folder.filter(|_| !name.contains("..")) {
        match std::fs::read_to_string(folder.join(name)) {
            Ok(text) => return Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(TemplateError::new(
                    ErrorKind::InvalidOperation,
                    error.to_string(),
                ));
            }
        }
    }
    let file = Files::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned());
    Ok(file)
}
