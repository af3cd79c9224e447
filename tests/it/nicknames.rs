//! Nicknames: which are allowed, when two are the same, and the generated ones.

use std::collections::HashSet;

use gatepost::nicknames::{Fault, MAX, MIN, Nickname, PATTERN, generate, is_allowed};
use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

fn parsed(typed: &str) -> Nickname {
    Nickname::parse(typed).unwrap_or_else(|fault| panic!("{typed:?}: {fault}"))
}

#[test]
fn takes_letters_digits_underscores_and_hyphens_of_any_script() {
    for typed in [
        "abc",
        "a_b-c",
        "---",
        "___",
        "007",
        "Jörg",
        "用户名",
        "अजय",
        "مرحبا",
        "Ωmega",
        "e\u{301}té",
        "٣٤٥",
    ] {
        assert_eq!(parsed(typed).as_str(), typed);
    }
}

#[test]
fn refuses_other_characters() {
    for typed in [
        "a b",
        "abc\n",
        " abc",
        "a.b",
        "a@b",
        "a/b",
        "<b>",
        "a\0b",
        "½ab",
        "a👍b",
        "a\u{200D}b",
        "a\u{200C}b",
        "a\u{200B}b",
        "a\u{202E}b",
        "\u{3164}\u{3164}\u{3164}",
        "ab\u{FE0F}",
        "a'b",
    ] {
        assert!(!is_allowed(typed), "{typed:?}");
    }
    assert_eq!(Nickname::parse("a b"), Err(Fault::Characters));
    assert!(!is_allowed(""));
    assert_eq!(
        Fault::Characters.to_string(),
        format!("String should match pattern '{PATTERN}'")
    );
    assert_eq!(PATTERN, r"^[\w-]+$");
}

#[test]
fn counts_characters_not_bytes() {
    assert_eq!(parsed(&"用".repeat(MIN)).as_str().chars().count(), MIN);
    assert_eq!(parsed(&"用".repeat(MAX)).as_str().chars().count(), MAX);
    assert_eq!(Nickname::parse("用户"), Err(Fault::TooShort));
    assert_eq!(Nickname::parse(&"a".repeat(MAX + 1)), Err(Fault::TooLong));
    assert_eq!(
        Fault::TooShort.to_string(),
        "String should have at least 3 characters"
    );
    assert_eq!(
        Fault::TooLong.to_string(),
        "String should have at most 50 characters"
    );
}

#[test]
fn reports_the_length_before_the_characters() {
    assert_eq!(Nickname::parse("é!"), Err(Fault::TooShort));
    assert_eq!(Nickname::parse(&"!".repeat(MAX + 1)), Err(Fault::TooLong));
}

#[test]
fn knows_a_nickname_again_whatever_its_case() {
    for (one, other) in [
        ("John_Doe", "JOHN_DOE"),
        ("straße", "STRASSE"),
        ("οδός", "ΟΔΌΣ"),
        ("ａｄｍｉｎ", "admin"),
        ("adm\u{131}n", "Admin"),
        ("e\u{301}té", "ÉTÉ"),
    ] {
        assert_eq!(parsed(one).key(), parsed(other).key(), "{one} and {other}");
    }
    assert_ne!(parsed("john-doe").key(), parsed("john_doe").key());
}

#[test]
fn is_a_text_in_json() {
    let nickname: Nickname =
        serde_json::from_str("\"John_Doe\"").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(serde_json::json!(nickname), serde_json::json!("John_Doe"));
    assert!(serde_json::from_str::<Nickname>("\"a b\"").is_err());
}

#[test]
fn makes_up_names_that_anybody_may_have() {
    let mut random = StdRng::seed_from_u64(1);
    for _ in 0..10_000 {
        let nickname = generate(&mut random);
        let text = nickname.as_str();
        assert_eq!(Nickname::parse(text).as_ref(), Ok(&nickname));
        assert_eq!(nickname.key(), text, "nothing to fold");
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{text}"
        );
        let parts: Vec<&str> = text.split('-').collect();
        assert_eq!(parts.len(), 4, "{text}");
        assert!(parts.iter().all(|part| part.len() >= 3), "{text}");
    }
}

#[test]
fn makes_up_names_that_hardly_ever_repeat() {
    let mut random = StdRng::seed_from_u64(2);
    let names: HashSet<String> = (0..10_000)
        .map(|_| generate(&mut random).to_string())
        .collect();
    assert!(
        names.len() >= 9_998,
        "{} different names of 10,000",
        names.len()
    );
}

#[test]
fn uses_all_its_words() {
    let mut random = StdRng::seed_from_u64(3);
    let mut words: [HashSet<String>; 3] = Default::default();
    for _ in 0..20_000 {
        let name = generate(&mut random).to_string();
        for (seen, word) in words.iter_mut().zip(name.split('-')) {
            seen.insert(word.to_owned());
        }
    }
    let [adjectives, shades, nouns] = words.map(|seen| seen.len());
    assert!(
        adjectives >= 200 && nouns >= 200,
        "{adjectives} adjectives, {nouns} nouns"
    );
    assert!(
        adjectives * shades * nouns * 6_usize.pow(4) > 1_000_000_000,
        "{shades} shades"
    );
}

proptest! {
    #[test]
    fn judges_any_text_without_a_panic(text in any::<String>()) {
        let _ = Nickname::parse(&text).map_err(|fault| fault.to_string());
    }

    #[test]
    fn keeps_what_it_takes(text in r"[\w-]{1,60}") {
        if let Ok(nickname) = Nickname::parse(&text) {
            prop_assert_eq!(nickname.as_str(), text.as_str());
            prop_assert!(!text.contains(|c: char| c.is_whitespace() || c.is_control()));
            prop_assert_eq!(gatepost::unicode::fold(&nickname.key()), nickname.key());
        }
    }
}
