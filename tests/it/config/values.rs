//! Durations, sizes and networks.

use std::time::Duration;

use gatepost::config::{ByteSize, Network, Period};
use proptest::prelude::*;

#[test]
fn durations_are_readable() {
    for (text, millis) in [
        ("250ms", 250),
        ("10s", 10_000),
        ("15m", 900_000),
        ("24h", 86_400_000),
        ("1h30m", 5_400_000),
        ("400d", 34_560_000_000),
        ("2d1h1m1s1ms", 176_461_001),
        ("0s", 0),
    ] {
        let period: Period = text.parse().unwrap();
        assert_eq!(period.get(), Duration::from_millis(millis));
        assert_eq!(period.to_string(), text);
    }
}

#[test]
fn a_duration_without_a_clear_meaning_is_refused() {
    for text in [
        "",
        "15",
        "m",
        "15 m",
        "-1m",
        "1.5h",
        "1m1h",
        "1m1m",
        "15min",
        "1h-",
        "1ḧ",
        "99999999999999999999s",
        "999999999999999999d",
    ] {
        assert!(text.parse::<Period>().is_err(), "{text}");
    }
}

#[test]
fn sizes_are_readable() {
    for (text, bytes) in [
        ("64KiB", 65_536),
        ("19MiB", 19_922_944),
        ("10MB", 10_000_000),
        ("1GiB", 1 << 30),
        ("5B", 5),
        ("0B", 0),
    ] {
        let size: ByteSize = text.parse().unwrap();
        assert_eq!(size.bytes(), bytes);
        assert_eq!(size.to_string(), text);
    }
    assert_eq!("64 kib".parse::<ByteSize>(), "64KiB".parse());
    assert_eq!(ByteSize::of_mib(19).kib(), 19_456);
}

#[test]
fn a_size_without_a_clear_meaning_is_refused() {
    for text in [
        "",
        "64",
        "KiB",
        "-1B",
        "1.5MiB",
        "1XB",
        "64K",
        "99999999999999999999B",
    ] {
        assert!(text.parse::<ByteSize>().is_err(), "{text}");
    }
}

#[test]
fn a_network_contains_its_addresses() {
    for (network, address, inside) in [
        ("10.0.0.0/8", "10.255.0.1", true),
        ("10.0.0.0/8", "11.0.0.1", false),
        ("10.0.0.0/8", "::ffff:10.0.0.1", true),
        ("::ffff:10.0.0.0/104", "10.0.0.1", true),
        ("::ffff:10.0.0.0/104", "11.0.0.1", false),
        ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.2", false),
        ("0.0.0.0/0", "203.0.113.9", true),
        ("0.0.0.0/0", "2001:db8::1", false),
        ("::/0", "2001:db8::1", true),
        ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::1", false),
    ] {
        let network: Network = network.parse().unwrap();
        assert_eq!(
            network.contains(address.parse().unwrap()),
            inside,
            "{network} {address}"
        );
    }
}

proptest! {
    #[test]
    fn a_duration_survives_writing_and_reading(millis in any::<u64>()) {
        let period = Period::millis(millis);
        prop_assert_eq!(period.to_string().parse(), Ok(period));
    }

    #[test]
    fn a_size_survives_writing_and_reading(number in 0..1_u64 << 30, unit in "[KMG]i?B|B") {
        let size: ByteSize = format!("{number}{unit}").parse().unwrap();
        prop_assert_eq!(size.to_string().parse(), Ok(size));
    }

    #[test]
    fn a_network_survives_writing_and_reading(address in any::<std::net::IpAddr>(), prefix in 0..=32_u8) {
        let address = address.to_canonical();
        let network: Network = format!("{address}/{prefix}").parse().unwrap();
        prop_assert_eq!(network.to_string().parse(), Ok(network));
        prop_assert!(network.contains(address));
    }

    #[test]
    fn no_text_makes_reading_fall_over(text in ".*") {
        let _ = (text.parse::<Period>(), text.parse::<ByteSize>(), text.parse::<Network>());
    }
}
