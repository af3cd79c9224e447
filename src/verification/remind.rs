//! Remind somebody of an address that is not verified yet: staff have the link mailed again.
//!
//! Doors: `POST /users/{user_id}/resend-verification`, `gatepost user resend-verification`, the pages of people in the console.

use axum::extract::State;

use super::request::{Link, Purpose, mail_link};
use super::store;
use crate::app::App;
use crate::audit::Actor;
use crate::email_address::EmailAddress;
use crate::error::{Error, Problem, Result};
use crate::http::openapi::{
    AlreadyVerified, Forbidden, Invalid, NoSuchUser, TooMany, Unauthenticated,
};
use crate::http::{Checked, NoContent};
use crate::ids::AccountId;
use crate::limits::{self, Rate};
use crate::sessions::Staff;

/// Mails a new link; links mailed before stop working. An address that had too many mails lately has to wait.
pub async fn remind(app: &App, staff: &Staff, id: AccountId) -> Result<()> {
    app.db
        .transaction(|tx| async move {
            let held = store::find_held(&tx, id)
                .await?
                .ok_or(Error::NoSuchAccount(id))?;
            staff.may_manage(held.role.max(held.pending_role.unwrap_or(held.role)))?;
            if held.verified_at.is_some() {
                return Err(Error::from(Problem::AlreadyVerified));
            }
            let email = EmailAddress::parse(&held.email);
            let email = email.map_err(|reason| Error::Internal(reason.to_string()))?;
            let rate = Rate {
                most: app.config.mail.asked_per_address,
                window: app.config.mail.asked_window.get(),
            };
            let bucket = limits::bucket("mails_to_address", &email.key());
            limits::require(app, &tx, &bucket, rate).await?;
            let link = Link {
                account: id,
                email: &email,
                purpose: Purpose::Registration,
                name: held.first_name.as_deref(),
            };
            mail_link(app, &tx, link, &Actor::from(staff)).await
        })
        .await?;
    Ok(())
}

/// Send a user the verification link again
///
/// Mails a new link to an account whose address is not verified yet; older links stop working.
#[utoipa::path(
    post,
    path = "/users/{user_id}/resend-verification",
    operation_id = "verification_remind",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    responses(
        (status = 204, description = "The link is on its way."),
        Unauthenticated, Forbidden, NoSuchUser, AlreadyVerified, Invalid, TooMany
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, id): Checked<Staff, AccountId>,
) -> Result<NoContent> {
    remind(&app, &staff, id).await?;
    Ok(NoContent)
}
