//! Jobs: done once, or not at all and then again later.

mod work;
