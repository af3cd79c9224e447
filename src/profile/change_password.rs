//! Change one's own password: with the current one, so that an unattended session is not enough.
//!
//! Door: `POST /myaccount/password`.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::accounts::{self, store};
use crate::app::App;
use crate::audit::{self, Event};
use crate::error::{Error, Problem, Result};
use crate::http::input::{self, Faults, Fields};
use crate::http::openapi::{Invalid, NotConfirmed, Unauthenticated};
use crate::http::{Checked, JsonOrCookie};
use crate::notices::{self, Notice};
use crate::passwords::{self, Asker};
use crate::recovery;
use crate::sessions::{self, Caller, Ending, LoggedIn, Tokens, end_all};
use crate::shape_of;
use crate::step_up;
use crate::verification;

/// The current and the new password.
#[derive(Deserialize, ToSchema)]
pub struct PasswordChange {
    /// The password that is in force.
    #[schema(max_length = 1024, format = Password, write_only, example = "Secure*1234")]
    current_password: String,
    /// The new one.
    #[schema(schema_with = accounts::password)]
    password: String,
}

impl Fields for PasswordChange {
    shape_of!(PasswordChange);

    fn review(app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        passwords::review(app, sent, "password", faults);
    }
}

/// Changes the password and ends all other sessions; the caller gets a new one in place of his. Wrong current passwords are
/// counted as wrong log-ins are.
pub async fn change_password(
    app: &App,
    caller: &Caller,
    change: &PasswordChange,
) -> Result<LoggedIn> {
    let account = step_up::find(app, caller).await?;
    // The body does not say the address and the names of the account, so its review knew nothing of them.
    passwords::judge(app, &change.password, &account.personal())?;
    step_up::check_password(app, caller, &change.current_password).await?;
    let asker = &Asker::of(&caller.client).about(&account.email);
    let hash = &passwords::accept(app, asker, &change.password, &account.personal()).await?;
    let session = app
        .db
        .transaction(|tx| async move {
            let account = store::find_held(&tx, caller.account).await?;
            let account = account.ok_or(Problem::AuthenticationRequired)?;
            store::set_password(&tx, account.id, hash, app.clock.now()).await?;
            // Links that somebody else may have asked for: for a new password, or for another address.
            recovery::forget(&tx, account.id).await?;
            verification::forget(&tx, account.id).await?;
            let others = (account.id, Some(caller.session));
            let ended = end_all(app, &tx, others, Ending::PasswordChanged).await?;
            let session = sessions::renew(app, &tx, caller, account.person()).await?;
            let notice = (Notice::PasswordChanged, &account.reader());
            notices::send(app, &tx, notice, &caller.client).await?;
            let note = audit::note(Event::PasswordChanged, caller).on(account.id);
            note.with("sessions_ended", ended).write(app, &tx).await?;
            Ok::<_, Error>(session)
        })
        .await?;
    Ok(session)
}

/// Change my password
///
/// Ends all other sessions, and gives this one new tokens (a browser that is known by its cookie: a new cookie, and 204). Wrong
/// current passwords are counted as wrong log-ins are.
#[utoipa::path(
    post,
    path = "/myaccount/password",
    operation_id = "profile_change_password",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    request_body(content = PasswordChange,
        example = json!({"current_password": "Secure*1234", "password": "correct horse battery staple"})),
    responses(
        (status = 200, description = "Changed. The tokens of the new session.", body = Tokens),
        (status = 204, description = "Changed. The cookie names the new session."),
        Unauthenticated, NotConfirmed, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(caller, input::Json(change)): Checked<Caller, input::Json<PasswordChange>>,
) -> Result<JsonOrCookie<Tokens>> {
    let session = change_password(&app, &caller, &change).await?;
    session.answer(&app).await
}
