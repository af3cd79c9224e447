//! Registration: over the API, from the page, and the claim of a public server.

mod claim;
mod faults;
mod limits;
mod page;
mod privacy;
mod register;
