//! The desk: somebody of the staff who has opened a page of the console.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Response};

use super::{Address, Section, sections};
use crate::app::App;
use crate::error::Result;
use crate::http::{Page, Redirect, own_path};
use crate::roles::Role;
use crate::sessions::{Admin, Asked, Caller, Staff, Visitor};

/// Somebody of the staff at the console. A stranger is sent to log in and comes back; a user is refused, which is written down.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Who it is.
    pub caller: Caller,
    /// The same, as operations ask for it.
    pub staff: Staff,
    /// What was asked for.
    pub address: Address,
    asked: Asked,
}

impl FromRequestParts<App> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, app).await;
        let visitor = visitor.map_err(IntoResponse::into_response)?;
        let Some(caller) = visitor.caller else {
            return Err(to_login(&parts.method, &parts.uri));
        };
        let staff = Staff::of_request(app, &caller, parts).await;
        Ok(Self {
            staff: staff.map_err(IntoResponse::into_response)?,
            caller,
            asked: Asked::of(parts),
            address: Address::of(parts.uri.path(), parts.uri.query().unwrap_or_default()),
        })
    }
}

/// To the login form and back to where it was going; a button is not pressed again by itself.
fn to_login(method: &Method, uri: &Uri) -> Response {
    let to = if method.is_safe() {
        own_path::login_and_back(uri)
    } else {
        own_path::login_and_back(&Uri::from_static("/admin"))
    };
    Redirect::see_other(to).into_response()
}

impl Desk {
    /// A page of the console: the frame with its navigation, who is signed in, and the token of its forms.
    pub fn page(&self, app: &App, template: &'static str, open: Section) -> Page {
        Page::new(template)
            .with("viewer", self.caller.viewer())
            .with("sections", sections::navigation(self.staff.role, open))
            .with("is_admin", self.staff.role == Role::Admin)
            .with("csrf_token", app.secrets.sign(&self.form()))
    }

    /// What the forms' token is made for: this session and no other.
    pub(super) fn form(&self) -> String {
        format!("form:{}", self.caller.session)
    }

    /// The same one as an administrator, for pages about the server itself. Whoever is none is refused, which is written down.
    pub async fn admin(&self, app: &App) -> Result<Admin> {
        Admin::of_request(app, &self.staff, &self.asked).await
    }

    /// Where the password is asked for again before a dangerous act, unless it was typed only now. From there the way leads to
    /// `next`, which asks once more and does nothing by itself.
    pub fn must_confirm(&self, app: &App, next: &str) -> Option<Response> {
        self.caller.require_fresh(app).err()?;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish();
        Some(Redirect::see_other(format!("/confirm-password?{query}")).into_response())
    }
}
