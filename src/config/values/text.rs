//! Settings that are a text: lines, paths and addresses of the web. What is secret in an address is masked in all of them.

use std::path::PathBuf;

use toml::Value;
use url::Url;

use super::secret::mask_address;
use super::{Raw, Setting};

impl Setting for String {
    fn read(raw: &Raw) -> Result<Self, String> {
        match raw.text() {
            Some(text) if !text.contains(char::is_control) => Ok(text.trim().to_owned()),
            Some(_) => Err("a text on one line".into()),
            None => Err("a text in quotes".into()),
        }
    }

    fn value(&self) -> Value {
        Value::String(self.clone())
    }

    fn shown(&self) -> Value {
        Value::String(mask_address(self))
    }

    fn mask(text: &str) -> String {
        mask_address(text)
    }
}

impl Setting for PathBuf {
    fn read(raw: &Raw) -> Result<Self, String> {
        match raw.text() {
            Some(text) if !text.is_empty() && !text.contains('\0') => Ok(text.into()),
            _ => Err("a path in quotes".into()),
        }
    }

    fn value(&self) -> Value {
        Value::String(self.display().to_string())
    }

    // Whoever takes one setting for another may have written an address here.
    fn shown(&self) -> Value {
        Value::String(mask_address(&self.display().to_string()))
    }

    fn mask(text: &str) -> String {
        mask_address(text)
    }
}

impl Setting for Url {
    fn read(raw: &Raw) -> Result<Self, String> {
        let text = raw.text().ok_or("an address in quotes")?;
        Self::parse(text).map_err(|fault| format!("an http:// or https:// address ({fault})"))
    }

    fn value(&self) -> Value {
        Value::String(self.as_str().trim_end_matches('/').to_owned())
    }

    fn shown(&self) -> Value {
        Value::String(mask_address(self.as_str().trim_end_matches('/')))
    }

    fn mask(text: &str) -> String {
        mask_address(text)
    }
}
