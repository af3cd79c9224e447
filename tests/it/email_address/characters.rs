//! Characters that are refused, and how they are named.

use super::assert_refused;

#[test]
fn names_the_characters_that_must_not_stand_before_the_at_sign() {
    for (typed, listed) in [
        ("a b@c.com", "SPACE"),
        ("John <a@b.com", "'<', SPACE"),
        ("a,<@b.com", "',', '<'"),
        ("a;b,a;b@c.com", "',', ';'"),
        ("a(b)@c.com", "'(', ')'"),
        ("a'\\b@c.com", "\"\\\""),
        ("\"a@b.com", "'\"'"),
        ("a\"b\"@c.com", "'\"'"),
        ("mailto:a@b.com", "':'"),
        ("a\nb@c.com", "U+000A"),
        ("a\r\nb@c.com", "U+000A, U+000D"),
        ("a\0b@c.com", "U+0000"),
        ("a\tb\u{7F}@c.com", "U+0009, U+007F"),
        ("a，b@c.com", "'，'"),
        ("a．b@c.com", "'．'"),
        ("a\u{37E}b@c.com", "'\u{37E}'"),
    ] {
        let expected =
            format!("The email address contains invalid characters before the @-sign: {listed}.");
        assert_refused(typed, &expected);
    }
}

#[test]
fn names_the_characters_that_must_not_stand_after_the_at_sign() {
    for (typed, listed) in [
        ("a@b_c.com", "'_'"),
        ("a@b c.com", "SPACE"),
        ("a@b.com>", "'>'"),
        ("a@b.com, c", "',', SPACE"),
        ("a@b.com/x?y", "'/', '?'"),
        ("a@b'.com", "\"'\""),
        ("a@b＿c.com", "'＿'"),
        ("a@b⒈com", "'⒈'"),
        ("a@b.com\0x", "U+0000"),
        ("a@b:25.com", "':'"),
        ("a@[1.2.3.4", "'['"),
        ("a@☃.com", "'☃'"),
        ("a@xn--n3h.com", "'☃'"),
        ("a@½.com", "'⁄'"),
        ("a@b.com⁄x.example.com", "'⁄'"),
    ] {
        let expected = format!("The part after the @-sign contains invalid characters: {listed}.");
        assert_refused(typed, &expected);
    }
}

#[test]
fn names_the_characters_that_are_safe_nowhere() {
    for (typed, listed) in [
        ("a\u{200B}b@c.com", "ZERO WIDTH SPACE"),
        ("a\u{200D}b@c.com", "ZERO WIDTH JOINER"),
        ("a@b\u{200D}c.com", "ZERO WIDTH JOINER"),
        ("a@b\u{AD}c.com", "SOFT HYPHEN"),
        ("a\u{A0}b@c.com", "NO-BREAK SPACE"),
        ("a\u{202E}b@c.com", "RIGHT-TO-LEFT OVERRIDE"),
        ("\u{FEFF}a@c.com", "ZERO WIDTH NO-BREAK SPACE"),
        ("a\u{85}b@c.com", "U+0085"),
        ("a\u{E000}@c.com", "U+E000"),
        ("a\u{378}@c.com", "U+0378"),
        ("\u{301}a@c.com", "U+0301"),
        ("a@\u{301}c.com", "U+0301"),
        ("a\u{3164}@c.com", "HANGUL FILLER"),
        ("a\u{FE0F}@c.com", "U+FE0F"),
        ("a\u{E0041}@c.com", "U+E0041"),
    ] {
        let expected = format!("The email address contains unsafe characters: {listed}.");
        assert_refused(typed, &expected);
    }
}
