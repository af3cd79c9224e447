//! Files that a browser keeps, and the cells of the tables in them.

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::stream::{self, Stream};

use crate::error::Result;

/// A file that a browser keeps instead of showing it.
pub struct Download {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub media: &'static str,
    /// What stands in it.
    pub body: Body,
}

/// A body that is made piece by piece, while it is sent: no more than one piece is in the memory, however long the whole is.
///
/// `next` gets what it has left before and answers a piece, or `None` at the end. A fault in the middle breaks the answer off, so
/// that nobody takes a part for the whole.
pub fn in_pieces<S, N, F>(state: S, next: N) -> Body
where
    S: Send + 'static,
    N: Fn(S) -> F + Send + 'static,
    F: Future<Output = Result<Option<(String, S)>>> + Send + 'static,
{
    Body::from_stream(pieces(state, next))
}

fn pieces<S, N, F>(state: S, next: N) -> impl Stream<Item = Result<Bytes, std::io::Error>>
where
    N: Fn(S) -> F,
    F: Future<Output = Result<Option<(String, S)>>>,
{
    stream::try_unfold(state, move |state| {
        next(state).map(|piece| {
            let piece = piece.map_err(|error| {
                tracing::error!(?error, "a file was broken off");
                std::io::Error::other("broken off")
            })?;
            Ok(piece.map(|(text, state)| (Bytes::from(text), state)))
        })
    })
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let kept = format!("attachment; filename=\"{}\"", self.name);
        let headers = [
            (CONTENT_TYPE, self.media.to_owned()),
            (CONTENT_DISPOSITION, kept),
        ];
        (headers, self.body).into_response()
    }
}

/// A line of a table (RFC 4180).
pub fn table_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.into_iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell. One that a spreadsheet would take for a formula gets an apostrophe in front: people choose their names.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}
