//! Sizes and times for people, and percentiles out of histograms.

use std::time::Duration;

use gatepost::metering::{Histogram, Unit};
use gatepost::system::{Latency, bytes, millis, span};

#[test]
fn sizes_and_times_are_said_shortly() {
    let sizes = [
        0,
        999,
        1000,
        1449,
        12_345,
        999_999,
        1_000_000,
        7_654_321_000_000_000,
    ];
    let said = sizes.map(bytes);
    let wanted = [
        "0 bytes",
        "999 bytes",
        "1.0 kB",
        "1.4 kB",
        "12.3 kB",
        "999 kB",
        "1.0 MB",
        "7654 TB",
    ];
    assert_eq!(said, wanted);
    let spans = [0, 1, 61, 3600, 3661, 90_061].map(span);
    let wanted = [
        "0 seconds",
        "1 second",
        "1 minute, 1 second",
        "1 hour",
        "1 hour, 1 minute",
        "1 day, 1 hour",
    ];
    assert_eq!(spans, wanted);
    assert_eq!(
        [0.0042, 0.034, 1.234, 12.34, 1234.5].map(millis),
        ["4.2 µs", "34 µs", "1.23 ms", "12.3 ms", "1234 ms"]
    );
}

#[test]
fn percentiles_lie_where_the_values_lie() {
    let times = Histogram::new(Unit::Time);
    let none = Latency::of("none", &times.spread());
    assert_eq!((none.count, none.p50_ms, none.p99_ms), (0, None, None));
    for _ in 0..98 {
        times.time(Duration::from_micros(700));
    }
    for _ in 0..2 {
        times.time(Duration::from_mins(1));
    }
    let found = Latency::of("some", &times.spread());
    assert_eq!(found.count, 100);
    let half = found.p50_ms.unwrap();
    assert!(
        (0.5..=1.0).contains(&half),
        "{half}: between the bounds around 0.7 ms"
    );
    // What lies above the scale is its end.
    assert_eq!(found.p99_ms, Some(10_000.0));
    let mut sum = times.spread();
    sum.add(&times.spread());
    assert_eq!(sum.count(), 200);
    assert_eq!(sum.percentile(50), times.spread().percentile(50));
}
