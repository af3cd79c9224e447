//! The console at `/admin`: the frame that all its pages share. The pages stand with what they show.
//!
//! A page of the console asks for a [`Desk`], which is somebody of the staff, and renders [`Desk::page`]. A button of it asks
//! for [`Pressed`], calls the operation that the API calls, and goes back by [`back`] or with [`Outcomes`].

mod address;
mod desk;
mod outcomes;
mod pressed;
mod sections;

pub use address::Address;
pub use desk::Desk;
pub use outcomes::{Outcomes, Told};
pub use pressed::{Pressed, back};
pub use sections::Section;
