//! Settings: what can be set, by whom, and what is in force.
//!
//! `settings.rs` is the list; the structs, the defaults, the manual (`config.default.toml`), the
//! environment variables and the suggestions for misspelt names all come from it. `load.rs` reads
//! the layers, `checks.rs` judges the whole, `facts.rs` answers what follows from it.

mod checks;
pub mod describe;
mod environment;
mod facts;
mod file;
mod load;
mod schema;
mod secret_files;
mod settings;
mod suggest;
mod values;

pub use facts::{DatabaseKind, LEAST_SECRET, least_memory, names_loopback};
pub use load::{Loaded, Origin, Origins, Sources, load};
pub use schema::{Key, Section};
pub use settings::{
    Accounts, Audit, Config, Database, Http, Keys, Log, Login, Mail, MetricsListener, Pages,
    Passwords, Privacy, Registration, SECTIONS, Session, Tokens, Tracing, key, keys,
};
pub use values::{
    ByteSize, DatabaseUrl, LogFormat, Network, Period, Raw, RegistrationMode, Secret, Setting,
    SmtpTls,
};
