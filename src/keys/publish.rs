//! Publish the public keys, so that anybody can check a token without asking.
//!
//! Door: `GET /.well-known/jwks.json`.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Result;
use crate::http::input::Anyone;
use crate::http::{Checked, Json};

/// The public halves of the signing keys, the one that signs first.
pub async fn publish(app: &App) -> Result<Value> {
    let keys = app.keys.public(app).await?;
    Ok(json!(keys))
}

/// The public keys
///
/// A JSON Web Key Set (RFC 7517): whoever gets a token can check its signature with the key that its `kid` names.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    operation_id = "keys_publish",
    tag = "Keys",
    security(()),
    responses((status = 200, description = "The key set.", body = Value, example = json!({"keys": [{
        "use": "sig", "alg": "ES256", "kid": "dxXpwIXa9zXxP1iKDvtMtR6a5BkLZKCiTRbFpBnSkjQ", "kty": "EC", "crv": "P-256",
        "x": "Gl3nxW0WrO8mC6t1DZ7fYbNuvOvGV8O3wBeXwWtWfXw", "y": "S8gT9bCm2Jw9t0yXcQ7Q2hUqJvNQGxQ2y8nU9ZzQeCc"}]})))
)]
pub(super) async fn api(State(app): State<App>, _: Checked<Anyone>) -> Result<impl IntoResponse> {
    // Long enough to spare requests, short enough for a rotation.
    Ok((
        [(header::CACHE_CONTROL, "public, max-age=60")],
        Json(publish(&app).await?),
    ))
}
