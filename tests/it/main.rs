//! Every test that runs without a browser, in one binary. The folders mirror `src`; what lies beside them guards the whole.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that finds something unexpected fails by panicking"
)]
#![expect(
    clippy::large_futures,
    reason = "a test is one, and not one for each request"
)]

mod accounts;
mod attacks;
mod attempts;
mod audit;
mod cli;
mod config;
mod console;
mod db;
mod devices;
mod email_address;
mod health;
mod history;
mod http;
mod http_url;
mod invitations;
mod jobs;
mod keys;
mod leaving;
mod limits;
mod live;
mod login;
mod mail;
mod mail_queue;
mod mailbox;
mod metrics;
mod nicknames;
mod notes;
mod notices;
mod passwords;
mod people;
mod professionals;
mod profile;
mod recovery;
mod registration;
mod sessions;
mod settings;
mod sign_in_as;
mod signing;
mod statistics;
mod step_up;
mod support;
mod system;
mod traces;
mod transfer;
mod unicode;
mod user_sessions;
mod verification;

mod benchmark;
mod canaries;
mod every_endpoint;
mod every_get;
mod every_role;
mod generated;
mod house_rules;
mod judges;
mod migrations;
mod openapi;
mod races;
mod statements;
mod templates;
