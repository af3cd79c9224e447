//! Gatepost: accounts and login for anybody's application, in one binary.
//!
//! The modules in reading order. The upper ones are what features stand on; of the features, each uses only those above
//! it. `ARCHITECTURE.md` follows one request through them.

// Foundations
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
pub mod email_address;
pub mod error;
pub mod http;
pub mod http_url;
pub mod ids;
pub mod mail;
pub mod nicknames;
pub mod templates;
pub mod unicode;

// Features
pub mod accounts;
pub mod attempts;
pub mod docs;
pub mod keys;
pub mod login;
pub mod mailbox;
pub mod pages;
pub mod passwords;
pub mod profile;
pub mod registration;
pub mod roles;
pub mod sessions;
pub mod verification;

// The whole
pub mod app;
pub mod cli;
