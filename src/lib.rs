//! Gatepost: accounts and login for anybody's application, in one binary.
//!
//! The modules in reading order. The upper ones are what features stand on; of the features, each uses only those above
//! it. `ARCHITECTURE.md` follows one request through them.

// Foundations

// Time.
pub mod clock;

// Identifiers.
pub mod ids;

// Everything that can go wrong, in one table.
pub mod error;

// Settings.
pub mod config;

// Secrets and randomness.
pub mod crypto;

// What is counted while the server works.
pub mod metering;

// Where the time of a request goes.
pub mod stages;

// The database.
pub mod db;

// When two texts are the same.
pub mod unicode;

// E-mail addresses.
pub mod email_address;

// Addresses of the web.
pub mod http_url;

// Public names.
pub mod nicknames;

// Browsers in words.
pub mod user_agent;

// What pages and mails look like.
pub mod templates;

// Mails: written with their cause, sent by a worker.
pub mod mail;

// What stands around every operation.
pub mod http;

// What a request did and when, for a collector.
pub mod traces;

// How often something may happen.
pub mod limits;

// Work that a request leaves behind.
pub mod jobs;

// What has happened.
pub mod audit;

// Features

// Mails that tell people what has happened to their account.
pub mod notices;

// What an account may do, and whom it may manage.
pub mod roles;

// What makes one good, how it is kept, and where it is hashed.
pub mod passwords;

// What signs tokens.
pub mod keys;

// Wrong passwords, and what they lead to.
pub mod attempts;

// Where an account has logged in from.
pub mod devices;

// A login, its token, and who is calling.
pub mod sessions;

// The welcome page, and who looks at a page.
pub mod pages;

// The frame of the console at `/admin`.
pub mod console;

// What is set, and by whom.
pub mod settings;

// The keys that sign tokens, for administrators.
pub mod signing;

// Links that prove an address.
pub mod verification;

// Who has one, and who may change it.
pub mod accounts;

// Where users are signed in, for those who manage them.
pub mod user_sessions;

// What staff write down about people.
pub mod notes;

// People whom staff have marked as such.
pub mod professionals;

// The password again, for what could take an account away.
pub mod step_up;

// An administrator sees what a member sees, to help.
pub mod sign_in_as;

// A new password by mail.
pub mod recovery;

// How people get an account by themselves.
pub mod registration;

// People who are asked to come.
pub mod invitations;

// Accounts that come from other systems, and go there.
pub mod transfer;

// What everybody may see and change of himself.
pub mod profile;

// What has happened, for those whom it concerns.
pub mod history;

// What waits to be sent, for those who run the server.
pub mod mail_queue;

// One's data as a file, and the end of an account.
pub mod leaving;

// The console's pages about people.
pub mod people;

// What happens on the server, in numbers by day.
pub mod statistics;

// Figures that change while staff look at them.
pub mod live;

// By address and password.
pub mod login;

// Mails to read while one tries things out.
pub mod mailbox;

// The documentation in the browser.
pub mod docs;

// Whether this server lives, and whether it should be sent requests.
pub mod health;

// Figures for Prometheus.
pub mod metrics;

// The server itself, for whoever looks after it.
pub mod system;

// The whole

// Everything that operations work with, and the router.
pub mod app;

// The command line.
pub mod cli;
