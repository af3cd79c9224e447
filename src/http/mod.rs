//! HTTP: what stands around every operation. The doors of the features use it; it knows none of them.

mod answer;
mod assets;
pub mod banner;
mod client;
mod cors;
mod download;
mod forgery;
mod framing;
mod govern;
pub mod input;
pub mod openapi;
pub mod outgoing;
pub mod own_path;
mod page;
mod page_fault;
mod route;
mod serve;

pub use crate::routes;
pub use answer::{Json, JsonOrCookie, NoContent, Redirect};
pub use assets::{Asset, routes as asset_routes};
pub use client::{Client, address_of, peer_of};
pub use download::{Download, in_pieces, table_line};
pub use forgery::refuse_foreign_site;
pub use govern::{Frame, Site, govern, method_not_allowed, not_found};
pub use input::{Anyone, Checked, Segment};
pub use page::{Page, cookie, prefers_html};
pub use page_fault::PageFault;
pub use route::{Described, Operation, Operations, Routes, normalize};
pub use serve::{Listeners, Tls, serve};
