//! Keys: published for everybody, and rotated without logging anybody out.

mod publish;
mod rotate;
