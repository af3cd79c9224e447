//! Attacks: what other servers of this kind fell to, tried here from outside. `docs/security/attacks.md` has the whole list.

mod deactivated;
mod forgery;
mod host_poisoning;
mod identifiers;
mod injection;
mod long_input;
mod markup;
mod mass_assignment;
mod open_redirect;
mod other_people;
mod path_forms;
mod session_fixation;
mod smuggling;
mod tokens;
