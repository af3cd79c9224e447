//! The sections of the console, in the order of its navigation.

use serde_json::{Value, json};

use crate::roles::Role;

/// A part of the console with a place in its navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What has happened lately, in numbers.
    Overview,
    /// The accounts of people.
    People,
    /// Who is asked to come.
    Invitations,
    /// What has happened, to whom and by whom.
    Audit,
    /// Mails that wait, were sent or were given up.
    Mail,
    /// The settings in force.
    Settings,
    /// What signs tokens.
    Keys,
    /// The server and its database.
    System,
}

/// Each with its name, its address and the least role that may open it.
const SECTIONS: &[(Section, &str, &str, Role)] = &[
    (Section::Overview, "Overview", "/admin", Role::Manager),
    (Section::People, "People", "/admin/people", Role::Manager),
    (
        Section::Invitations,
        "Invitations",
        "/admin/invitations",
        Role::Manager,
    ),
    (Section::Audit, "Audit log", "/admin/audit", Role::Admin),
    (Section::Mail, "Mail queue", "/admin/mail", Role::Admin),
    (
        Section::Settings,
        "Settings",
        "/admin/settings",
        Role::Admin,
    ),
    (Section::Keys, "Keys", "/admin/keys", Role::Admin),
    (Section::System, "System", "/admin/system", Role::Admin),
];

/// The navigation as the template shows it: only what the role may open, with the one that is open marked.
pub(super) fn navigation(role: Role, open: Section) -> Vec<Value> {
    let allowed = SECTIONS.iter().filter(|(.., least)| role >= *least);
    allowed
        .map(|(section, name, href, _)| {
            json!({"name": name, "href": href, "is_open": *section == open})
        })
        .collect()
}
