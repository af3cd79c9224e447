//! Change one's own password: with the current one, so that an unattended session is not enough.
//!
//! Door: `POST /myaccount/password`.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::accounts::{self, Account, store};
use crate::app::App;
use crate::attempts;
use crate::error::{Error, Problem, Result};
use crate::http::input::{self, Faults, Fields};
use crate::http::openapi::{Invalid, Locked, NotLoggedIn};
use crate::http::{Checked, NoContent};
use crate::passwords::{self, Verdict};
use crate::sessions::{Caller, Ending, end_all};
use crate::shape_of;

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

/// Changes the password and ends all other sessions. Wrong current ones are counted as wrong log-ins are.
pub async fn change_password(app: &App, caller: &Caller, change: &PasswordChange) -> Result<()> {
    let account = store::find(&app.db, caller.account)
        .await?
        .ok_or(Problem::AuthenticationRequired)?;
    refuse_own_names(app, &account, &change.password)?;
    let attempt = attempts::reserve(app, &account.email, None).await?;
    let hash = match hash(app, &account, change).await {
        Ok(Some(hash)) => hash,
        Ok(None) => {
            attempt.spend(app).await?;
            return Err(Problem::BadCredentials.into());
        }
        Err(error) => {
            attempt.give_back(app).await?;
            return Err(error);
        }
    };
    let (hash, attempt) = (&hash, &attempt);
    app.db
        .transaction(|tx| async move {
            attempt.succeed(&tx).await?;
            store::set_password(&tx, caller.account, hash, app.clock.now()).await?;
            end_all(
                app,
                &tx,
                (caller.account, Some(caller.session)),
                Ending::PasswordChanged,
            )
            .await
        })
        .await
}

/// The address and the names of the account are no passwords, and the body does not say them.
fn refuse_own_names(app: &App, account: &Account, password: &str) -> Result<()> {
    let named = [&account.first_name, &account.last_name];
    let named = named.into_iter().filter_map(Option::as_deref);
    let personal: Vec<&str> = named
        .chain([account.email.as_str(), &account.nickname])
        .collect();
    let Some(objection) = app.policy.objection(password, &personal) else {
        return Ok(());
    };
    let mut faults = Faults::default();
    faults.add_value_error(&["body", "password"], &objection, Value::Null);
    Err(Error::Invalid(faults.into_vec()))
}

/// The hash of the new password, if the current one is right.
async fn hash(app: &App, account: &Account, change: &PasswordChange) -> Result<Option<String>> {
    let stored = store::find_password(&app.db, account.id).await?;
    let current = &change.current_password;
    if app.lane.verify(current, stored.as_deref()).await? == Verdict::Wrong {
        return Ok(None);
    }
    Ok(Some(app.lane.hash(&change.password).await?))
}

/// Change my password
///
/// Ends all other sessions. Wrong current passwords are counted as wrong log-ins are.
#[utoipa::path(
    post,
    path = "/myaccount/password",
    operation_id = "profile_change_password",
    tag = "My Account",
    security(("OAuth2PasswordBearer" = [])),
    request_body(content = PasswordChange,
        example = json!({"current_password": "Secure*1234", "password": "correct horse battery staple"})),
    responses((status = 204, description = "Changed."), NotLoggedIn, Locked, Invalid)
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(caller, input::Json(change)): Checked<Caller, input::Json<PasswordChange>>,
) -> Result<NoContent> {
    change_password(&app, &caller, &change).await?;
    Ok(NoContent)
}
