//! The forms of an address: shown, in ASCII, as a key, in JSON.

use gatepost::email_address::{EmailAddress, fold};

use super::parsed;

fn key(typed: &str) -> String {
    parsed(typed).key()
}

#[test]
fn keeps_the_local_part_and_lowers_the_domain() {
    let address = parsed(" \t\u{3000}John.Doe+News@EXAMPLE.Com\r\n");
    assert_eq!(address.as_str(), "John.Doe+News@example.com");
    assert_eq!(address.to_string(), "John.Doe+News@example.com");
    assert_eq!(address.local_part(), "John.Doe+News");
    assert_eq!(address.key(), "john.doe+news@example.com");
}

#[test]
fn takes_every_character_of_an_atom() {
    let typed = "azAZ09!#$%&'*+-/=?^_`{|}~@b.com";
    assert_eq!(parsed(typed).as_str(), typed);
}

#[test]
fn takes_international_addresses() {
    let address = parsed("Jörg@MÜNCHEN.example.de");
    assert_eq!(address.as_str(), "Jörg@münchen.example.de");
    assert_eq!(address.ascii_domain(), "xn--mnchen-3ya.example.de");
    assert_eq!(parsed("Jo\u{308}rg@mu\u{308}nchen.example.de"), address);
    assert_eq!(parsed("Jörg@XN--MNCHEN-3YA.example.de"), address);
    assert_eq!(parsed("Jörg@ｍünchen．example。de"), address);
    for typed in [
        "用户@例子.广告",
        "δοκιμή@παράδειγμα.ελ",
        "الجزائر@الجزائر.com",
        "अजय@डाटा.भारत",
    ] {
        assert_eq!(parsed(typed).as_str(), typed);
    }
}

#[test]
fn knows_an_address_again_whatever_its_case() {
    for (one, other) in [
        ("JOHN.DOE@example.com", "john.doe@EXAMPLE.COM"),
        ("Straße@example.com", "STRASSE@example.com"),
        ("ΟΔΟΣ@example.com", "οδος@example.com"),
        ("οδοσ@example.com", "οδος@example.com"),
        ("ａｄｍｉｎ@example.com", "admin@example.com"),
        ("adm\u{131}n@example.com", "ADMIN@example.com"),
        ("\u{212A}elvin@example.com", "kelvin@example.com"),
        ("ﬁne@example.com", "FINE@example.com"),
        ("É@example.com", "e\u{301}@example.com"),
        ("a@bücher.example.com", "A@xn--bcher-kva.example.com"),
    ] {
        assert_eq!(key(one), key(other), "{one} and {other}");
    }
    assert_ne!(key("a+b@example.com"), key("a@example.com"));
    assert_ne!(key("a.b@example.com"), key("ab@example.com"));
    // A Cyrillic letter that looks like a Latin one is another letter.
    assert_ne!(key("аdmin@example.com"), key("admin@example.com"));
}

#[test]
fn folds_a_typed_login_as_the_stored_address() {
    assert_eq!(fold("  JOHN.DOE@Example.com "), key("john.doe@example.com"));
    assert_eq!(fold(" Not An Address "), fold("not an address"));
    assert_ne!(fold("x"), fold("y"));
    // What is no address never stands for one, even if it normalises to one.
    assert_ne!(fold("john.doe＠example.com"), key("john.doe@example.com"));
    assert!(!fold("a\0b").contains('\0'));
    assert!(fold(&"\u{FDFA}".repeat(100_000)).len() < 16_384);
}

#[test]
fn is_a_text_in_json() {
    let address: EmailAddress =
        serde_json::from_str("\"A@EXAMPLE.com\"").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        serde_json::json!(address),
        serde_json::json!("A@example.com")
    );
    let refused = serde_json::from_value::<EmailAddress>(serde_json::json!("a@b"));
    assert_eq!(
        refused.map_err(|error| error.to_string()),
        Err("value is not a valid email address: The part after the @-sign is not valid. It should have a period.".to_owned()),
    );
    assert!(serde_json::from_value::<EmailAddress>(serde_json::json!(7)).is_err());
}
