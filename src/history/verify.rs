//! Verify the chain of the audit log, a good part of it at a time.
//!
//! Doors: `POST /audit/verify`, the console at `/admin/audit`. `gatepost audit verify` verifies all at once, as long as that may take.

use std::time::Duration;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::yield_now;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use uuid::Uuid;

use crate::app::App;
use crate::audit::{self, Broken, Head, Verifier};
use crate::error::{Error, Problem, Result};
use crate::http::input::{self, Faults, Fields, TEXT_PATTERN};
use crate::http::openapi::{Forbidden, Invalid, Unauthenticated};
use crate::http::{Checked, Json};
use crate::sessions::Admin;
use crate::shape_of;

/// Entries that are verified at most before somebody has to say that it shall go on: a few seconds of one core.
pub const AT_MOST: i64 = 100_000;

/// When somebody else may have finished.
const LATER: Duration = Duration::from_secs(5);

/// Whose turn it is to verify: one at a time on each node.
#[derive(Debug)]
pub struct Turn(Semaphore);

impl Turn {
    /// The turn, until the answer is dropped; `None` while somebody else has it.
    pub fn take(&self) -> Option<SemaphorePermit<'_>> {
        self.0.try_acquire().ok()
    }
}

impl Default for Turn {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

/// How far a verification has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The last entry that was verified.
    pub head: Head,
    /// Whether that was the last one of the log.
    pub is_all: bool,
}

/// Verifies entries behind `from`, or from the first one on. The log must still hold what `expected` says, if it comes that far.
pub async fn verify(
    app: &App,
    _by: &Admin,
    (from, expected): (Option<Head>, Option<Head>),
) -> Result<Result<Verified, Broken>> {
    let turn = app.audit_turn.take();
    let _turn = turn.ok_or(Error::TryLater(Problem::Busy, LATER))?;
    let mut verifier = if let Some(head) = &from {
        Verifier::from(head, expected).ok_or(Problem::BadRequest)?
    } else {
        audit::chain(app).await?;
        Verifier::new(expected)
    };
    let last = verifier.head().seq.saturating_add(AT_MOST);
    while verifier.head().seq < last {
        match audit::verify_some(&app.db, &mut verifier).await? {
            // Others have their turn in between: SQLite is read on the thread that serves them.
            Ok(true) => yield_now().await,
            Ok(false) => {
                let end = verifier.finish();
                return Ok(end.map(|head| Verified { head, is_all: true }));
            }
            Err(broken) => return Ok(Err(broken)),
        }
    }
    let head = verifier.head();
    Ok(Ok(Verified {
        head,
        is_all: false,
    }))
}

/// Where to begin, and what must still hold.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = AuditVerificationRequest)]
pub struct VerifyFrom {
    /// Where to go on.
    #[schema(schema_with = from)]
    from: Option<String>,
    /// What must still hold.
    #[schema(schema_with = expected)]
    expected: Option<String>,
}

fn head_schema(about: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(100))
        .pattern(Some(TEXT_PATTERN))
        .description(Some(about))
        .build()
}

fn from() -> Object {
    head_schema("The `head` of the answer before, to go on from there.")
}

fn expected() -> Object {
    head_schema(
        "A head that was kept elsewhere: the log must still hold what it held then. It is compared when the verification comes to \
         it, so send it from the beginning on.",
    )
}

impl Fields for VerifyFrom {
    shape_of!(VerifyFrom);

    fn review(_app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        for name in ["from", "expected"] {
            let typed = sent.get(name).and_then(Value::as_str);
            if let Err(advice) = head(typed) {
                faults.add_value_error(&["body", name], advice, typed.into());
            }
        }
    }
}

/// The head that was sent, if one was; the error says what one looks like.
fn head(typed: Option<&str>) -> Result<Option<Head>, &'static str> {
    let typed = typed.filter(|text| !text.is_empty());
    typed.map(str::parse).transpose()
}

/// What a verification has found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditVerification)]
pub struct VerifiedView {
    /// Whether every entry that was looked at is as it was written.
    #[schema(example = true)]
    is_whole: bool,
    /// Whether the log was looked at to its end; if not, go on from `head`.
    #[schema(example = true)]
    is_all: bool,
    /// How far it is whole: to be kept elsewhere. `null` when it is broken.
    #[schema(
        required = true,
        example = "1:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )]
    head: Option<String>,
    /// The first thing that is wrong.
    #[schema(required = true, example = json!(null))]
    broken: Option<BrokenView>,
}

/// The first thing that is wrong with a chain.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BrokenChain)]
pub struct BrokenView {
    /// Where it is.
    #[schema(example = 7)]
    seq: i64,
    /// The entry that stands there, if one does.
    #[schema(required = true, example = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c")]
    id: Option<Uuid>,
    /// What is wrong, for people.
    #[schema(example = "its personal details were changed")]
    what: String,
}

impl From<Result<Verified, Broken>> for VerifiedView {
    fn from(found: Result<Verified, Broken>) -> Self {
        match found {
            Ok(verified) => Self {
                is_whole: true,
                is_all: verified.is_all,
                head: Some(verified.head.to_string()),
                broken: None,
            },
            Err(Broken { seq, id, what }) => Self {
                is_whole: false,
                is_all: false,
                head: None,
                broken: Some(BrokenView {
                    seq,
                    id: id.map(|id| id.0),
                    what,
                }),
            },
        }
    }
}

/// Verify the audit log
///
/// Whether any entry was changed, taken out, put in or moved since it got its place in the chain. It looks at 100,000 entries at most;
/// with `is_all` false, ask again with `from`. Keep the last `head` somewhere else: sent as `expected`, it proves later that nothing
/// before it has changed. One verification runs at a time on each server; meanwhile others are answered with 503.
#[utoipa::path(
    post,
    path = "/audit/verify",
    operation_id = "history_verify",
    tag = "Audit Log",
    security(("OAuth2PasswordBearer" = [])),
    request_body(content = VerifyFrom, example = json!({})),
    responses(
        (status = 200, description = "What was found.", body = VerifiedView),
        Unauthenticated, Forbidden, Invalid
    )
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(auditor, input::Json(asked)): Checked<Admin, input::Json<VerifyFrom>>,
) -> Result<Json<VerifiedView>> {
    // Both were reviewed.
    let sent = |typed: Option<String>| head(typed.as_deref()).ok().flatten();
    let heads = (sent(asked.from), sent(asked.expected));
    Ok(Json(verify(&app, &auditor, heads).await?.into()))
}
