//! The OpenAPI document: what doors say of themselves, and what is true of all of them.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::openapi::security::{Flow, OAuth2, Password, Scopes, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Response,
    ResponseBuilder, Server, example::ExampleBuilder, header::HeaderBuilder, path::Operation,
    path::Parameter, schema, tag::TagBuilder,
};
use utoipa::{IntoResponses, ToSchema};

use crate::error::Problem;

/// The name of the scheme that every protected operation asks for.
pub const SCHEME: &str = "OAuth2PasswordBearer";

/// A refusal.
#[derive(ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody {
    /// What went wrong, for people.
    #[schema(example = "Not Found")]
    pub detail: String,
    /// The same for programs: stable, from the list in the documentation.
    #[schema(example = "not_found")]
    pub code: String,
    /// Under this id the log knows more. Only with status 500.
    #[schema(required = false)]
    pub request_id: Option<String>,
}

/// Faults in the input, all of them.
#[derive(ToSchema)]
#[schema(as = ValidationError)]
pub struct InvalidBody {
    /// A fault each, in the order of the schema.
    pub detail: Vec<InvalidEntry>,
    /// Always `validation_error`.
    pub code: String,
}

/// A fault in the input.
#[derive(ToSchema)]
#[schema(as = Fault)]
pub struct InvalidEntry {
    /// The kind, such as `string_too_short`.
    pub r#type: String,
    /// Where: `["body", "email"]`.
    #[schema(schema_with = loc)]
    pub loc: Vec<serde_json::Value>,
    /// What is wrong, for people.
    pub msg: String,
    /// What was sent; `null` in place of a secret.
    #[schema(required = true)]
    pub input: serde_json::Value,
    /// The parameters of the rule.
    #[schema(value_type = Object, required = false)]
    pub ctx: Option<serde_json::Value>,
}

fn loc() -> schema::Array {
    let part = schema::OneOfBuilder::new()
        .item(schema::Object::with_type(schema::Type::String))
        .item(schema::Object::with_type(schema::Type::Integer));
    schema::ArrayBuilder::new().items(part).build()
}

/// Declares the refusals that doors name in their `responses(…)`.
macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = [$($problem:ident),+];)+) => {
        $($(#[$doc])* pub struct $name;
        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                refusal(&[$(Problem::$problem),+])
            }
        })+
    };
}

refusals! {
    /// 400: the address or the nickname is taken.
    Taken = [EmailTaken, NicknameTaken];
    /// 400: the address is taken.
    EmailInUse = [EmailTaken];
    /// 400: the mailed link does not work (any more).
    BadLink = [InvalidVerificationToken];
    /// 401: no valid token or session.
    Unauthenticated = [AuthenticationRequired];
    /// 401: the wrong password, or an address that is not verified.
    NotLoggedIn = [BadCredentials, EmailNotVerified];
    /// 401: the refresh token gets nothing.
    NotRefreshed = [InvalidRefreshToken];
    /// 401: no valid session, or the password was typed too long ago.
    NotFresh = [AuthenticationRequired, FreshLoginRequired];
    /// 403: the password that was to confirm who is asking is wrong, or was too often.
    NotConfirmed = [WrongPassword, AccountLocked, ForgedRequest, NotWhileActing];
    /// 400: the mailed link for a new password does not work (any more).
    BadRecovery = [InvalidRecoveryToken];
    /// 400: the mailed link for the old address does not work (any more).
    BadUndo = [InvalidUndoToken];
    /// 400: the invitation does not work (any more), or the nickname is taken.
    BadInvitation = [InvalidInvitation, EmailTaken, NicknameTaken];
    /// 403: registering is not open to everybody.
    NotOpen = [RegistrationClosed, DomainNotAllowed];
    /// 404: the caller has no such session.
    NoSuchSession = [NoSuchSession];
    /// 404: there is no such invitation.
    NoSuchInvitation = [NoSuchInvitation];
    /// 409: there is nothing to verify.
    AlreadyVerified = [AlreadyVerified];
    /// 409: the account has as many notes as it can have.
    TooManyNotes = [TooManyNotes];
    /// 409: the invitation was accepted or revoked.
    OverInvitation = [InvitationOver];
    /// 403: too many wrong passwords, or locked by an administrator.
    Locked = [AccountLocked];
    /// 403: the role does not allow it, or another site made the request.
    Forbidden = [NotPermitted, ForgedRequest, NotWhileActing];
    /// 403: another site made the request.
    Forged = [ForgedRequest, NotWhileActing];
    /// 403: whoever is signed in as somebody else does not get it.
    OwnerAlone = [NotWhileActing];
    /// 403: only administrators, and only where the settings allow it.
    NoSignInAs = [NotPermitted, SignInAsOff, ForgedRequest, NotWhileActing];
    /// 409: the account is not one of those that can be signed in as.
    CannotSignInAs = [CannotSignInAs];
    /// 409: an administrator has to stay.
    LastAdmin = [LastAdministrator];
    /// 503: no requests should be sent here.
    NotReady = [Draining, DatabaseAway, MigrationsMissing, HashingStuck];
    /// 429: too many requests from this network.
    TooMany = [TooManyRequests];
}

/// 404: no account has the identifier.
pub struct NoSuchUser;

impl IntoResponses for NoSuchUser {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let id = "01939f5e-8f4e-7c3a-9b1a-2f6f3f6a1b2c";
        let example =
            json!({"detail": format!("User with ID {id} not found."), "code": "user_not_found"});
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Error")))
            .example(Some(example));
        let response = ResponseBuilder::new().description("No account has this id.");
        BTreeMap::from([(
            "404".to_owned(),
            response
                .content("application/json", content.build())
                .build()
                .into(),
        )])
    }
}

/// 422: faults in the input.
pub struct Invalid;

impl IntoResponses for Invalid {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let example = json!({"detail": [{"type": "string_too_short", "loc": ["body", "nickname"],
            "msg": "String should have at least 3 characters", "input": "jo", "ctx": {"min_length": 3}}],
            "code": "validation_error"});
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("ValidationError")))
            .example(Some(example));
        let response =
            ResponseBuilder::new().description("The input has faults; all of them are named.");
        BTreeMap::from([(
            "422".to_owned(),
            response
                .content("application/json", content.build())
                .build()
                .into(),
        )])
    }
}

fn refusal(problems: &[Problem]) -> BTreeMap<String, RefOr<Response>> {
    let status = problems.first().map_or(500, |problem| problem.status());
    let details: Vec<&str> = problems.iter().map(|problem| problem.detail()).collect();
    let mut content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Error")));
    for problem in problems {
        let example = json!({"detail": problem.detail(), "code": problem.code()});
        content = content.examples_from_iter([(
            problem.code(),
            ExampleBuilder::new().value(Some(example)).build(),
        )]);
    }
    let mut response = ResponseBuilder::new()
        .description(details.join(" / "))
        .content("application/json", content.build());
    if status == 401 {
        let header = HeaderBuilder::new().description(Some("`Bearer`")).build();
        response = response.header("WWW-Authenticate", header);
    }
    if matches!(status, 429 | 503) {
        let header =
            HeaderBuilder::new().schema(Some(schema::Object::with_type(schema::Type::Integer)));
        response = response.header(
            "Retry-After",
            header.description(Some("Seconds to wait.")).build(),
        );
    }
    BTreeMap::from([(status.to_string(), response.build().into())])
}

/// The document before the doors have added themselves.
pub fn begin() -> OpenApi {
    let license = LicenseBuilder::new()
        .name("Apache-2.0")
        .identifier(Some("Apache-2.0"))
        .build();
    let info = InfoBuilder::new()
        .title("Gatepost")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(crate::docs::description()))
        .license(Some(license))
        .contact(Some(
            utoipa::openapi::ContactBuilder::new()
                .name(Some("The Gatepost maintainers"))
                .build(),
        ));
    let tags = [
        (
            "Login and Registration",
            "Make an account, prove its address, log in and out.",
        ),
        (
            "My Account",
            "What everybody may see and change of himself.",
        ),
        ("User Management", "For administrators and managers."),
        (
            "Statistics",
            "What happens on the server in numbers, for administrators and managers.",
        ),
        (
            "Invitations",
            "Accounts for people who are asked to come, in every mode of registration.",
        ),
        (
            "Audit Log",
            "What has happened, for administrators. Its chain of digests is verified by `gatepost audit verify`.",
        ),
        ("Keys", "For applications that check tokens themselves."),
        ("Health", "For supervisors and load balancers."),
    ];
    let tags =
        tags.map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build());
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/")]))
        .tags(Some(tags))
        .components(Some(components()))
        .build()
}

fn components() -> utoipa::openapi::Components {
    let mut schemas = Vec::new();
    InvalidBody::schemas(&mut schemas);
    schemas.push((
        "Error".into(),
        <ErrorBody as utoipa::PartialSchema>::schema(),
    ));
    schemas.push((
        "ValidationError".into(),
        <InvalidBody as utoipa::PartialSchema>::schema(),
    ));
    let flow = Flow::Password(Password::new("/login/", Scopes::new()));
    let scheme = SecurityScheme::OAuth2(OAuth2::with_description(
        [flow],
        "The e-mail address as `username`, and the password. Leave the client fields empty.",
    ));
    let mut components = utoipa::openapi::ComponentsBuilder::new()
        .security_scheme(SCHEME, scheme)
        .build();
    components.schemas.extend(schemas);
    components
}

/// Adds what is true of every operation: the refusals that stand around all routes.
pub fn finish(mut document: OpenApi) -> OpenApi {
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            add(operation, &refusal(&[Problem::HeadersTooLarge]));
            add(operation, &refusal(&[Problem::Unavailable, Problem::Busy]));
            add(operation, &internal());
            // A body is read, and refused, also where none is asked for.
            add(operation, &refusal(&[Problem::RequestTimeout]));
            add(operation, &refusal(&[Problem::ContentTooLarge]));
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(parameter) = parameter {
                    describe(parameter);
                }
            }
        }
    }
    document
}

/// Gives a parameter the description of its schema, which is where `schema_with` leaves it.
fn describe(parameter: &mut Parameter) {
    if let (None, Some(RefOr::T(schema::Schema::Object(object)))) =
        (&parameter.description, &mut parameter.schema)
    {
        parameter.description = object.description.take();
    }
}

fn add(operation: &mut Operation, refusals: &BTreeMap<String, RefOr<Response>>) {
    for (status, response) in refusals {
        operation
            .responses
            .responses
            .entry(status.clone())
            .or_insert_with(|| response.clone());
    }
}

fn internal() -> BTreeMap<String, RefOr<Response>> {
    let example = json!({"detail": "Internal Server Error", "code": "internal", "request_id": "01939f5e8f4e7c3a9b1a2f6f3f6a1b2c"});
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Error")))
        .example(Some(example));
    let response = ResponseBuilder::new()
        .description("A fault of the server; the log has its cause under the id.");
    BTreeMap::from([(
        "500".to_owned(),
        response
            .content("application/json", content.build())
            .build()
            .into(),
    )])
}
