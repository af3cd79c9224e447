//! What all commands have in common.

mod paper;
mod pipes;

use super::Machine;
