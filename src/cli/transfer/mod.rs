//! `gatepost import` and `gatepost export`: accounts that come from elsewhere, and go there.

mod export;
mod import;
mod progress;
mod signer;
mod tell;

pub(super) use export::{Export, run as export};
pub(super) use import::{ImportArgs, run as import};
