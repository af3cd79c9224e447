//! The user object: an account as the API shows it, with links to what its viewer can do.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Account, fields};
use crate::app::App;
use crate::clock::Timestamp;
use crate::roles::Role;
use crate::sessions::Staff;

/// A user.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = User)]
pub struct AccountView {
    #[schema(schema_with = fields::shown_email)]
    email: String,
    #[schema(schema_with = fields::shown_nickname)]
    nickname: String,
    #[schema(schema_with = fields::first_name, required = true)]
    first_name: Option<String>,
    #[schema(schema_with = fields::last_name, required = true)]
    last_name: Option<String>,
    #[schema(schema_with = fields::bio, required = true)]
    bio: Option<String>,
    #[schema(schema_with = fields::shown_picture_url, required = true)]
    profile_picture_url: Option<String>,
    #[schema(schema_with = fields::shown_linkedin_url, required = true)]
    linkedin_profile_url: Option<String>,
    #[schema(schema_with = fields::shown_github_url, required = true)]
    github_profile_url: Option<String>,
    #[schema(schema_with = fields::role)]
    role: Role,
    /// The identifier: the `sub` of the account's tokens.
    #[schema(example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    id: uuid::Uuid,
    /// Whether the person was marked as a professional.
    is_professional: bool,
    /// Whether the address was proved.
    email_verified: bool,
    /// Whether nobody can log in just now.
    is_locked: bool,
    /// When the account was made (RFC 3339).
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    updated_at: Timestamp,
    /// When somebody last logged in.
    #[schema(value_type = Option<String>, format = DateTime, required = true, example = json!(null))]
    last_login_at: Option<Timestamp>,
    /// What the caller can do with it.
    links: Vec<Link>,
}

/// Something that the caller can do next.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Link {
    /// What it is: `self`, `update`, `delete` …
    #[schema(example = "self")]
    pub rel: &'static str,
    /// Where.
    #[schema(example = "/myaccount")]
    pub href: Cow<'static, str>,
    /// How.
    #[schema(example = "GET")]
    pub method: &'static str,
}

/// Who looks at an account: what he may do decides about the links.
#[derive(Debug, Clone, Copy)]
pub enum Viewer<'a> {
    /// Somebody who has just registered.
    Newcomer,
    /// The owner.
    Owner,
    /// An administrator or manager.
    Staff(&'a Staff),
}

impl AccountView {
    /// `account` as `viewer` sees it.
    pub fn of(app: &App, account: Account, viewer: Viewer<'_>) -> Self {
        let now = app.clock.now();
        let links = links(&account, viewer, now);
        Self {
            is_locked: account.is_locked(now),
            email: account.email,
            nickname: account.nickname,
            first_name: account.first_name,
            last_name: account.last_name,
            bio: account.bio,
            profile_picture_url: account.profile_picture_url,
            linkedin_profile_url: account.linkedin_profile_url,
            github_profile_url: account.github_profile_url,
            role: account.role,
            id: account.id.0,
            is_professional: account.is_professional,
            email_verified: account.email_verified_at.is_some(),
            created_at: account.created_at,
            updated_at: account.updated_at,
            last_login_at: account.last_login_at,
            links,
        }
    }
}

fn link(rel: &'static str, method: &'static str, href: impl Into<Cow<'static, str>>) -> Link {
    let href = href.into();
    Link { rel, href, method }
}

fn links(account: &Account, viewer: Viewer<'_>, now: Timestamp) -> Vec<Link> {
    let staff = match viewer {
        Viewer::Newcomer => return vec![link("login", "POST", "/login/")],
        Viewer::Owner => {
            return vec![
                link("self", "GET", "/myaccount"),
                link("update", "PUT", "/myaccount/"),
                link("change_password", "POST", "/myaccount/password"),
                link("logout", "POST", "/logout"),
            ];
        }
        Viewer::Staff(staff) => staff,
    };
    // Put together, not formatted: a page has many of them.
    let mut id = uuid::Uuid::encode_buffer();
    let own = ["/users/", account.id.0.hyphenated().encode_lower(&mut id)].concat();
    let mut links = vec![link("self", "GET", own.clone())];
    if staff.may_manage(account.highest_role()).is_ok() {
        let lock = if account.is_locked(now) {
            "unlock"
        } else {
            "lock"
        };
        links.push(link("update", "PUT", own.clone()));
        links.push(link("delete", "DELETE", own.clone()));
        links.push(link(lock, "POST", [&own, "/", lock].concat()));
    }
    links
}
