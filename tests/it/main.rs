//! Every test that runs without a browser, in one binary. The folders mirror `src`; what lies beside them guards the whole.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that finds something unexpected fails by panicking"
)]

mod accounts;
mod attempts;
mod cli;
mod config;
mod db;
mod email_address;
mod http;
mod http_url;
mod keys;
mod login;
mod mail;
mod mailbox;
mod nicknames;
mod passwords;
mod profile;
mod registration;
mod sessions;
mod support;
mod unicode;
mod verification;

mod every_endpoint;
mod generated;
mod house_rules;
mod judges;
mod migrations;
mod openapi;
mod races;
mod statements;
mod templates;
