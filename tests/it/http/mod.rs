//! HTTP: what is true of every endpoint, whatever it does.

mod any_input;
mod cors;
mod forgery;
mod forms;
mod headers;
mod impostors;
mod json;
mod limits;
mod methods;
mod odd_input;
mod order_of_judgement;
mod paths;
mod query;
mod serve;
mod unhandled;
