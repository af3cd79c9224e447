//! `gatepost openapi`: the document as it is committed.

use super::failure::Outcome;
use super::output;

/// Prints the document.
pub(super) fn run() -> Outcome {
    output::json(&crate::app::openapi())
}
