//! What holds for every text, tried with many.

use gatepost::email_address::{EmailAddress, MAX_CHARS, fold};
use proptest::prelude::*;

/// Texts near to addresses: pieces that parsers trip over, in any order.
fn nearly_addresses() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "@",
            "@",
            ".",
            "-",
            "--",
            "xn--",
            "\"",
            "\\",
            "[",
            "]",
            "<",
            ">",
            ",",
            ";",
            " ",
            "\r\n",
            "\0",
            ".com",
            "example.com",
            "@b.com",
            "a",
            "İ",
            "ı",
            "ß",
            "ς",
            "\u{200D}",
            "\u{301}",
            "．",
            "，",
            "＠",
            "。",
            "ü",
            "用",
            "א",
            "\u{AD}",
            "1",
            "ﬁ",
            "\u{345}",
            "mnchen-3ya",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        "[a-zA-Z0-9]{1,4}",
    ];
    prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

fn likely_addresses() -> impl Strategy<Value = String> {
    (nearly_addresses(), "[a-zA-ZäÖüß用אé0-9-]{1,8}")
        .prop_map(|(before, label)| format!("{before}@{label}.example.com"))
}

proptest! {
    #[test]
    fn judges_any_text_without_a_panic(text in any::<String>()) {
        let _ = EmailAddress::parse(&text).map_err(|reason| reason.to_string());
        let _ = fold(&text);
    }

    #[test]
    fn reads_its_own_writing(text in prop_oneof![nearly_addresses(), likely_addresses()]) {
        if let Ok(address) = EmailAddress::parse(&text) {
            prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
            let in_ascii = format!("{}@{}", address.local_part(), address.ascii_domain());
            prop_assert_eq!(EmailAddress::parse(&in_ascii), Ok(address.clone()));
            prop_assert_eq!(fold(address.as_str()), address.key());
            prop_assert!(address.as_str().len() <= MAX_CHARS && in_ascii.len() <= MAX_CHARS);
        }
    }

    #[test]
    fn never_lets_a_second_recipient_or_a_header_through(text in prop_oneof![nearly_addresses(), likely_addresses()]) {
        if let Ok(address) = EmailAddress::parse(&text) {
            for form in [address.as_str(), address.ascii_domain(), &address.key()] {
                let dangerous = |c: char| c.is_control() || c.is_whitespace() || ",;:<>()[]\"\\".contains(c);
                prop_assert!(!form.contains(dangerous), "{form:?}");
            }
            prop_assert_eq!(address.as_str().matches('@').count(), 1);
            prop_assert_eq!(address.key().matches('@').count(), 1);
            prop_assert!(address.ascii_domain().is_ascii());
        }
    }

    #[test]
    fn has_one_key_for_all_its_cases(text in likely_addresses()) {
        if let Ok(address) = EmailAddress::parse(&text) {
            let key = address.key();
            let local_part = address.local_part();
            for variant in [local_part.to_uppercase(), local_part.to_lowercase()] {
                if let Ok(variant) = EmailAddress::parse(&format!("{variant}@{}", address.ascii_domain())) {
                    prop_assert_eq!(variant.key(), key.clone());
                }
            }
        }
    }

    #[test]
    fn gives_no_address_the_key_of_what_is_none(text in nearly_addresses()) {
        if EmailAddress::parse(&text).is_err() {
            prop_assert!(fold(&text).starts_with(' '));
        }
    }
}
