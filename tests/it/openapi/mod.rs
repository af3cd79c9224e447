//! The document: complete, consistent, and with samples that work as they stand.

mod completeness;
mod samples;

const LOGIN: &str = "Login and Registration";
