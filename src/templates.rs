//! Pages and mails: templates from the binary, or from the operator's folder, which goes first.

use std::path::PathBuf;

use minijinja::{AutoEscape, Environment, Error as TemplateError, ErrorKind};
use rust_embed::RustEmbed;
use serde::Serialize;

use crate::error::{Error, Result};

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
        Self(environment)
    }

    /// Renders the template `name` with `context`.
    pub fn render(&self, name: &str, context: impl Serialize) -> Result<String> {
        let rendered = self
            .0
            .get_template(name)
            .and_then(|template| template.render(minijinja::value::Serde(context)));
        rendered.map_err(|error| Error::Internal(format!("template {name}: {error:#}")))
    }

    /// The names of all templates in the binary.
    pub fn names() -> impl Iterator<Item = String> {
        Files::iter().map(std::borrow::Cow::into_owned)
    }
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
