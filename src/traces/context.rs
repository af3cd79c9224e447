//! The trace that a request is a part of (W3C Trace Context).

use crate::crypto;

/// A trace, and the span in it that has caused this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The trace.
    pub trace: [u8; 16],
    /// The span before this one, of whoever sent the request.
    pub parent: Option<[u8; 8]>,
}

impl Context {
    /// A trace that begins here.
    pub(super) fn new() -> Self {
        Self {
            trace: crypto::random(),
            parent: None,
        }
    }

    /// Reads a `traceparent`; `None` unless it is exactly as section 3.2 asks for.
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split('-');
        let version: [u8; 1] = unhex(fields.next()?)?;
        let trace: [u8; 16] = unhex(fields.next()?)?;
        let parent: [u8; 8] = unhex(fields.next()?)?;
        let _flags: [u8; 1] = unhex(fields.next()?)?;
        // A later version may add fields (section 3.2.4); 255 is none.
        let is_known = version == [0] && fields.next().is_none();
        let is_later = version != [0] && version != [0xff];
        // All zeros is no identifier (sections 3.2.2.3 and 3.2.2.4).
        let is_named = trace != [0; 16] && parent != [0; 8];
        ((is_known || is_later) && is_named).then_some(Self {
            trace,
            parent: Some(parent),
        })
    }
}

/// Exactly `2 * N` digits, in lower case as the specification asks for.
fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut out = [0; N];
    for (byte, [high, low]) in out.iter_mut().zip(pairs) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(out)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
