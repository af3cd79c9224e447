//! Which peers there are, and how each is asked.

use serde_json::{Value, json};

use super::{PASSWORD, address_of};
use crate::http::{Reply, Request};
use crate::scenarios::{Asked, Page};

/// Which program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A `FastAPI` application with user management of its own.
    Application,
    /// fastapi-users.
    FastapiUsers,
    /// better-auth.
    BetterAuth,
    /// oidc-provider.
    OidcProvider,
}

impl Asked for Kind {
    fn has_logins(&self) -> bool {
        *self != Self::OidcProvider
    }

    fn login(&self, number: u64) -> Vec<u8> {
        let email = address_of(number);
        let form = |path| Request::form(path, &[("username", &email), ("password", PASSWORD)]);
        match self {
            Self::Application => form("/login/"),
            Self::FastapiUsers => form("/auth/jwt/login"),
            Self::BetterAuth => Request::json(
                "/api/auth/sign-in/email",
                &json!({ "email": email, "password": PASSWORD }),
            ),
            Self::OidcProvider => Request::get("/bench-token", None),
        }
    }

    fn credential(&self, reply: &Reply<'_>) -> Option<String> {
        if *self == Self::BetterAuth {
            return reply.header("set-auth-token");
        }
        let body: Value = serde_json::from_slice(&reply.body).ok()?;
        Some(body.get("access_token")?.as_str()?.to_owned())
    }

    /// Their tokens and sessions last for a day and longer, and no request of its own renews them.
    fn renewal(&self, _: &Reply<'_>) -> Option<Vec<u8>> {
        None
    }

    fn read(&self, credential: &str) -> Vec<u8> {
        let path = match self {
            Self::Application => "/myaccount",
            Self::FastapiUsers => "/users/me",
            Self::BetterAuth => "/api/auth/get-session",
            Self::OidcProvider => "/me",
        };
        Request::get(path, Some(credential))
    }

    fn people(&self, credential: &str, page: Page) -> Option<Vec<u8>> {
        let list = "/api/auth/admin/list-users?limit=10&sortBy=createdAt";
        let path = match (self, page) {
            (Self::Application, Page::Behind(people)) => format!("/users/?skip={people}&limit=10"),
            (Self::BetterAuth, Page::Behind(people)) => format!("{list}&offset={people}"),
            (Self::BetterAuth, Page::Search(number)) => {
                format!("{list}&offset=0&searchField=email&searchValue=person{number}")
            }
            (Self::Application, Page::Search(_)) | (Self::FastapiUsers | Self::OidcProvider, _) => {
                return None;
            }
        };
        Some(Request::get(&path, Some(credential)))
    }
}

/// The request for a token of oidc-provider's client: a form, and the client's secret in the header.
pub fn client_token() -> Vec<u8> {
    let body = "grant_type=client_credentials";
    // bench:a secret of the client, each part form-encoded (RFC 6749 section 2.3.1).
    let basic = "YmVuY2g6YStzZWNyZXQrb2YrdGhlK2NsaWVudA==";
    format!(
        "POST /token HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Basic {basic}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
