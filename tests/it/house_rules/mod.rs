//! The rules of the house, as tests. Each failure says what to do.

mod components;
mod directions;
mod doors;
mod maps;
mod names;
mod papers;
mod sizes;
