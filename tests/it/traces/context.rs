//! `traceparent`, as W3C Trace Context asks for.

use gatepost::traces::Context;
use proptest::prelude::*;

const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[test]
fn a_valid_one_names_a_trace_and_the_span_before() {
    let context = Context::parse(GOOD).unwrap();
    assert_eq!(context.trace[..2], [0x0a, 0xf7]);
    assert_eq!(context.parent.unwrap()[7], 0x31);
    // A later version may have more to say.
    let later = GOOD.replacen("00", "cc", 1) + "-what-the-future-brings";
    assert_eq!(Context::parse(&later), Some(context));
}

#[test]
fn whatever_is_not_exactly_that_names_nothing() {
    for bad in [
        "",
        "-",
        "00",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
    ] {
        assert_eq!(Context::parse(bad), None, "{bad:?}");
    }
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in ".{0,80}") {
        if let Some(context) = Context::parse(&text) {
            prop_assert_ne!(context.trace, [0; 16]);
        }
    }
}
