//! A change to a field: leave it, clear it, or set it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::{Deserialize, de};

/// What an update does with a field. `null` and the empty text clear it; an absent key leaves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// The key was not sent.
    #[default]
    Keep,
    /// The field is emptied.
    Clear,
    /// The field gets this value.
    Set(T),
}

impl<T> Patch<T> {
    /// The new value, when there is one.
    pub fn set(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// The new value to look at, when there is one.
    pub fn get(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// The value after the change, of a field that was `before`.
    pub fn apply(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PatchVisitor(PhantomData))
    }
}

struct PatchVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PatchVisitor<T> {
    type Value = Patch<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or null")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Patch<T>, E> {
        Ok(Patch::Clear)
    }

    fn visit_none<E: de::Error>(self) -> Result<Patch<T>, E> {
        Ok(Patch::Clear)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Patch<T>, E> {
        if text.is_empty() {
            return Ok(Patch::Clear);
        }
        T::deserialize(text.into_deserializer()).map(Patch::Set)
    }
}
