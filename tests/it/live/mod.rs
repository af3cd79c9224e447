//! Live: the stream of figures, on a real socket as well.

mod socket;
mod stream;
