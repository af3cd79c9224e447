//! Update somebody's account.
//!
//! Doors: `PUT /users/{user_id}`, `gatepost user set-role`.

use axum::extract::State;

use super::{
    Account, AccountChange, AccountView, Viewer, apply, record, require_other_admin, store,
};
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::error::{Problem, Result};
use crate::http::input;
use crate::http::openapi::{
    Forbidden, Invalid, LastAdmin, NoSuchUser, Taken, TooMany, Unauthenticated,
};
use crate::http::{Checked, Json};
use crate::ids::AccountId;
use crate::roles::Role;
use crate::sessions::{Ending, Staff, end_all};

/// Changes the account. A role given to an unverified account waits for the verification.
pub async fn update(
    app: &App,
    staff: &Staff,
    id: AccountId,
    change: AccountChange,
) -> Result<Account> {
    let change = &change;
    let done = app
        .db
        .transaction(|tx| async move {
            let account = store::get_held(&tx, id).await?;
            staff.may_manage(account.highest_role())?;
            let before = account.role;
            let account = give_role(app, &tx, (staff, account), change.role).await?;
            if account.role < before {
                // The tokens that are out name the higher role.
                end_all(app, &tx, (id, None), Ending::RoleChanged).await?;
            }
            apply(app, &tx, (account, change), &staff.into()).await
        })
        .await;
    record::refusal(app, staff, (Event::AccountUpdated, Some(id)), done).await
}

async fn give_role(
    app: &App,
    tx: &Tx,
    (staff, mut account): (&Staff, Account),
    role: Option<Role>,
) -> Result<Account> {
    let wanted = role.filter(|role| *role != account.pending_role.unwrap_or(account.role));
    let Some(role) = wanted else {
        return Ok(account);
    };
    require_other_admin(app, tx, &account).await?;
    // Nobody changes his own role.
    if staff.account == Some(account.id) {
        return Err(Problem::NotPermitted.into());
    }
    staff.may_manage(role)?;
    let note = audit::note(Event::RoleChanged, staff).on(account.id);
    let note = note.with("from", account.pending_role.unwrap_or(account.role).name());
    if account.email_verified_at.is_some() {
        account.role = role;
    } else {
        account.pending_role = Some(role);
    }
    let note = note.with("to", role.name());
    let note = note.with("waits", account.email_verified_at.is_none());
    note.write(app, tx).await?;
    Ok(account)
}

/// Update a user
///
/// Only the keys that are sent change; `null` clears an optional one. A new address takes effect when its own link is followed.
#[utoipa::path(
    put,
    path = "/users/{user_id}",
    operation_id = "accounts_update",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    request_body(content = AccountChange, example = json!({"first_name": "John", "last_name": "Doe", "bio": "Sea captain."})),
    responses(
        (status = 200, description = "The user after the change.", body = AccountView),
        Taken, Unauthenticated, Forbidden, NoSuchUser, LastAdmin, Invalid, TooMany
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, (id, input::Json(change))): Checked<
        Staff,
        (AccountId, input::Json<AccountChange>),
    >,
) -> Result<Json<AccountView>> {
    let account = update(&app, &staff, id, change).await?;
    Ok(Json(AccountView::of(&app, account, Viewer::Staff(&staff))))
}
