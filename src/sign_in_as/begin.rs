//! Begin to be signed in as somebody else.
//!
//! Doors: `POST /users/{user_id}/sign-in-as`; the page of the console is in `console.rs`.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use super::{letter, store};
use crate::accounts::{Account, store as accounts};
use crate::app::App;
use crate::audit::{self, Event};
use crate::db::Tx;
use crate::error::{Error, Problem, Result};
use crate::http::input::{self, Faults, Fields, TEXT_PATTERN};
use crate::http::openapi::{CannotSignInAs, Invalid, NoSignInAs, NoSuchUser, NotFresh};
use crate::http::{Checked, JsonOrCookie};
use crate::ids::AccountId;
use crate::roles::Role;
use crate::sessions::{Caller, LoggedIn, Staff, SupportToken, begin_acting};
use crate::shape_of;

/// The least that says anything.
const LEAST: usize = 10;
const MOST: usize = 300;

/// Why somebody has to be signed in as somebody else.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SignInAs {
    /// The reason.
    #[schema(schema_with = reason)]
    reason: String,
}

fn reason() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(LEAST))
        .max_length(Some(MOST))
        .pattern(Some(TEXT_PATTERN))
        .description(Some(
            "Why. The person reads it: in a mail, in his list of sessions and in his history.",
        ))
        .examples(["You asked us why your picture is not shown (request 4711)."])
        .build()
}

impl Fields for SignInAs {
    shape_of!(SignInAs);

    fn review(_app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        let reason = sent.get("reason").and_then(Value::as_str);
        let says_little = |reason: &str| one_line(reason).chars().count() < LEAST;
        if reason.is_some_and(|reason| reason.chars().count() >= LEAST && says_little(reason)) {
            let advice = "Say in a few words why, so that the person understands it";
            faults.add_value_error(&["body", "reason"], advice, Value::Null);
        }
    }
}

/// The text as one line: it stands in mails.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Whether it makes sense to offer it: by whom, and for whom.
pub fn may(app: &App, staff: &Staff, account: &Account) -> bool {
    allow(app, staff).is_ok() && is_member(app, account)
}

/// Whether this one may do it at all.
pub(super) fn allow(app: &App, staff: &Staff) -> Result<()> {
    if staff.role != Role::Admin {
        return Err(Problem::NotPermitted.into());
    }
    if !app.config.support.sign_in_as {
        return Err(Problem::SignInAsOff.into());
    }
    Ok(())
}

/// Members who could log in just now. Nobody comes to somebody else's rights by this, and into no account that is closed to its
/// owner.
fn is_member(app: &App, account: &Account) -> bool {
    account.highest_role() == Role::Authenticated
        && account.email_verified_at.is_some()
        && !account.is_locked(app.clock.now())
}

/// Begins a session as the person, and tells him. The administrator has typed his password only now; his own session stays, and the
/// new one lasts no longer than it.
pub async fn begin(
    app: &App,
    (staff, caller): (&Staff, &Caller),
    id: AccountId,
    why: &SignInAs,
) -> Result<LoggedIn> {
    let done = match allow(app, staff).and_then(|()| caller.require_fresh(app)) {
        Ok(()) => enter(app, (staff, caller), id, &one_line(&why.reason)).await,
        Err(error) => Err(error),
    };
    if let Err(Error::Problem(problem)) = &done
        && *problem != Problem::FreshLoginRequired
    {
        let note = audit::note(Event::SignedInAs, staff).on(id);
        note.refused(problem.code()).write(app, &app.db).await?;
    }
    done
}

async fn enter(
    app: &App,
    (staff, caller): (&Staff, &Caller),
    id: AccountId,
    reason: &str,
) -> Result<LoggedIn> {
    app.db
        .transaction(|tx| async move {
            // Held: of two at once the later one ends the earlier one.
            let administrator = accounts::find_held(&tx, caller.account).await?;
            let administrator = administrator.ok_or(Problem::AuthenticationRequired)?;
            let account = open_account(app, &tx, id).await?;
            let session = begin_acting(app, &tx, (caller, account.person()), reason).await?;
            letter::send(app, &tx, (&administrator, &account), reason).await?;
            let note = audit::note(Event::SignedInAs, staff).on(id);
            let note = note.with("acting_session", session.id().to_string());
            let note = note.with("on_behalf_of", id.to_string());
            let note = note.personal("reason", reason);
            let note = note.personal("administrator", administrator.email);
            note.personal("email", account.email)
                .write(app, &tx)
                .await?;
            Ok::<_, Error>(session)
        })
        .await
}

/// The account, if it is one that can be signed in as; nobody locks or promotes it until the commit.
async fn open_account(app: &App, tx: &Tx, id: AccountId) -> Result<Account> {
    let account = accounts::get_held(tx, id).await?;
    if !is_member(app, &account) || store::is_leaving(tx, id).await? {
        return Err(Problem::CannotSignInAs.into());
    }
    Ok(account)
}

/// Sign in as a user
///
/// To see what a member sees, and help. For administrators who have typed their password a few minutes ago. The token is good for
/// 15 minutes, as long as the administrator's own session lasts, and names both (`sub` the user, `act` the administrator). It opens
/// little more than looking; everything else is refused with 403 `not_while_acting`. The user is told by mail, with the reason, and can
/// end it. (An administrator who is known by a cookie gets another cookie, and 204.) `POST /logout` with the token ends it.
#[utoipa::path(
    post,
    path = "/users/{user_id}/sign-in-as",
    operation_id = "sign_in_as_begin",
    tag = "User Management",
    security(("OAuth2PasswordBearer" = [])),
    params(("user_id" = uuid::Uuid, Path, description = "The user.", example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")),
    request_body(content = SignInAs, example = json!({"reason": "You asked us why your picture is not shown (request 4711)."})),
    responses(
        (status = 200, description = "The token of the user's session.", body = SupportToken),
        (status = 204, description = "Begun. A cookie names the user's session; the administrator's own stays beside it."),
        NotFresh, NoSignInAs, NoSuchUser, CannotSignInAs, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, (id, input::Json(why))): Checked<Staff, (AccountId, input::Json<SignInAs>)>,
    caller: Caller,
) -> Result<JsonOrCookie<SupportToken>> {
    let session = begin(&app, (&staff, &caller), id, &why).await?;
    session.acting_answer(&app, &caller).await
}
