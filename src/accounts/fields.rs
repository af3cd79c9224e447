//! The fields of accounts as the document shows them and the input is held to: each limit is written here, once.

use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, SchemaType, Type};

use crate::http::input::TEXT_PATTERN;
use crate::http_url;
use crate::roles::Role;
use crate::{email_address, nicknames, passwords};

const NAME_CHARS: usize = 100;
const BIO_CHARS: usize = 500;

/// The sample that the documentation is filled with.
pub mod sample {
    /// The sample address.
    pub const EMAIL: &str = "john.doe@example.com";
    /// The sample password. The policy accepts it.
    pub const PASSWORD: &str = "Secure*1234";
}

fn string(nullable: bool) -> ObjectBuilder {
    let kinds = if nullable {
        vec![Type::String, Type::Null]
    } else {
        vec![Type::String]
    };
    let kind = if nullable {
        SchemaType::from_iter(kinds)
    } else {
        SchemaType::Type(Type::String)
    };
    ObjectBuilder::new().schema_type(kind)
}

pub(super) fn text_or_null(most: usize, about: &str, example: &str) -> Object {
    let text = string(true)
        .max_length(Some(most))
        .pattern(Some(TEXT_PATTERN));
    text.description(Some(about)).examples([example]).build()
}

fn url_or_null(about: &str, example: &str) -> Object {
    let url = string(true)
        .max_length(Some(http_url::MAX_CHARS))
        .pattern(Some(http_url::PATTERN));
    url.description(Some(about)).examples([example]).build()
}

/// The field in a schema.
pub fn email() -> Object {
    let email = string(false).max_length(Some(email_address::MAX_CHARS));
    let email = email.format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)));
    email
        .description(Some("The e-mail address: what one logs in with."))
        .examples([sample::EMAIL])
        .build()
}

fn nickname_builder(nullable: bool) -> ObjectBuilder {
    string(nullable)
        .min_length(Some(nicknames::MIN))
        .max_length(Some(nicknames::MAX))
        .pattern(Some(nicknames::PATTERN))
        .description(Some("The public name, unique whatever its case."))
        .examples(["john_doe"])
}

pub(super) fn nickname() -> Object {
    nickname_builder(false).build()
}

/// The field in a schema.
pub fn nickname_or_null() -> Object {
    nickname_builder(true)
        .description(Some(
            "The public name. Without one, a pleasant one is made.",
        ))
        .build()
}

/// The field in a schema.
pub fn first_name() -> Object {
    text_or_null(NAME_CHARS, "Given name.", "John")
}

/// The field in a schema.
pub fn last_name() -> Object {
    text_or_null(NAME_CHARS, "Family name.", "Doe")
}

/// The field in a schema.
pub fn bio() -> Object {
    text_or_null(
        BIO_CHARS,
        "A text about the person.",
        "I am a software engineer with over 5 years of experience.",
    )
}

/// The field in a schema.
pub fn profile_picture_url() -> Object {
    url_or_null(
        "A picture elsewhere.",
        "https://example.com/profiles/john.jpg",
    )
}

/// The field in a schema.
pub fn linkedin_profile_url() -> Object {
    url_or_null("A profile elsewhere.", "https://linkedin.com/in/johndoe")
}

/// The field in a schema.
pub fn github_profile_url() -> Object {
    url_or_null("A profile elsewhere.", "https://github.com/johndoe")
}

/// A field as it is answered. Addresses and nicknames of every script are allowed, and what the standard formats and
/// the patterns of programs know is less than that: here they would promise too much.
fn shown(nullable: bool, most: usize, about: &str, example: &str) -> Object {
    let field = string(nullable).max_length(Some(most));
    field.description(Some(about)).examples([example]).build()
}

pub(super) fn shown_email() -> Object {
    let about = "The e-mail address; its domain in Unicode.";
    shown(false, email_address::MAX_CHARS, about, sample::EMAIL)
}

pub(super) fn shown_nickname() -> Object {
    let about = "The public name: letters and digits of any script, `-` and `_`.";
    shown(false, nicknames::MAX, about, "john_doe")
}

fn shown_url(about: &str, example: &str) -> Object {
    shown(true, http_url::MAX_CHARS, about, example)
}

pub(super) fn shown_picture_url() -> Object {
    shown_url(
        "A picture elsewhere.",
        "https://example.com/profiles/john.jpg",
    )
}

pub(super) fn shown_linkedin_url() -> Object {
    shown_url("A profile elsewhere.", "https://linkedin.com/in/johndoe")
}

pub(super) fn shown_github_url() -> Object {
    shown_url("A profile elsewhere.", "https://github.com/johndoe")
}

fn role_schema(nullable: bool) -> ObjectBuilder {
    let names = Role::ALL.map(|role| Some(role.name()));
    let choices = names.into_iter().chain(nullable.then_some(None));
    string(nullable).enum_values(Some(choices))
}

pub(super) fn role() -> Object {
    role_schema(false)
        .description(Some("The role."))
        .examples(["AUTHENTICATED"])
        .build()
}

pub(super) fn role_or_null() -> Object {
    role_schema(true)
        .description(Some(
            "The role. Whoever registers himself cannot choose it.",
        ))
        .build()
}

/// A role to look for.
pub(super) fn role_filter() -> Object {
    role_schema(false)
        .description(Some("Only those with this role."))
        .build()
}

/// A new password.
pub fn password() -> Object {
    string(false)
        .min_length(Some(passwords::MIN_CHARS))
        .max_length(Some(passwords::MAX_CHARS))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .write_only(true)
        .description(Some(
            "Any characters; not a common password and not one's own name.",
        ))
        .examples([sample::PASSWORD])
        .build()
}
