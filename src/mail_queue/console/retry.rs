//! The buttons that try one mail or all of them again.

use axum::extract::State;
use axum::response::Response;

use super::super::{retry, retry_all};
use super::{back, with_fault};
use crate::app::App;
use crate::console::Pressed;
use crate::error::Result;
use crate::http::Checked;
use crate::http::input::Anyone;
use crate::ids::MailId;

/// `POST /admin/mail/{mail_id}/retry`
pub(super) async fn submit(
    State(app): State<App>,
    Pressed { desk, form }: Pressed,
    Checked(_, id): Checked<Anyone, MailId>,
) -> Result<Response> {
    let admin = desk.admin(&app).await?;
    let chosen = form.get("back");
    match retry(&app, &admin, id).await {
        Ok(()) => Ok(back(chosen, "retried")),
        Err(error) => with_fault(&app, desk, (chosen, error)).await,
    }
}

/// `POST /admin/mail/retry-all`
pub(super) async fn submit_all(
    State(app): State<App>,
    Pressed { desk, form }: Pressed,
) -> Result<Response> {
    let admin = desk.admin(&app).await?;
    retry_all(&app, &admin).await?;
    Ok(back(form.get("back"), "all-retried"))
}
