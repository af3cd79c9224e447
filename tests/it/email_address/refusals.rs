//! What is no address, and the sentence that says why.

use gatepost::email_address::{EmailAddress, MAX_CHARS};

use super::{assert_all_refused, assert_refused, parsed};

#[test]
fn needs_exactly_one_at_sign() {
    assert_all_refused(
        &[
            "x",
            "",
            "   ",
            "a@@b.com",
            "a@b@c.com",
            "@@",
            "a@x.com,b@y.com",
            "b@y.com(a@x.com)",
            "a＠b.com",
            "a@x.com\r\nBcc: b@y.com",
        ],
        "The email address is not valid. It must have exactly one @-sign.",
    );
}

#[test]
fn needs_something_on_both_sides() {
    assert_all_refused(
        &["@b.com", "@", " @b.com "],
        "There must be something before the @-sign.",
    );
    assert_all_refused(&["a@", "a@ "], "There must be something after the @-sign.");
}

#[test]
fn needs_a_period_after_the_at_sign() {
    assert_all_refused(
        &["a@b", "a@localhost", "a@test", "a@münchen"],
        "The part after the @-sign is not valid. It should have a period.",
    );
}

#[test]
fn needs_a_real_top_level_domain() {
    assert_all_refused(
        &[
            "a@1.2.3.4",
            "a@127.1",
            "a@b.c1",
            "a@１.２.３.４",
            "a@0x7f.0",
        ],
        "The part after the @-sign is not valid. It is not within a valid top-level domain.",
    );
    assert_eq!(parsed("a@b.xn--fiqs8s").as_str(), "a@b.中国");
}

#[test]
fn refuses_names_of_special_use() {
    for name in ["test", "invalid", "local", "localhost", "onion", "arpa"] {
        for typed in [
            format!("a@x.{name}"),
            format!("a@y.x.{}", name.to_uppercase()),
        ] {
            assert_refused(
                &typed,
                "The part after the @-sign is a special-use or reserved name that cannot be used with email.",
            );
        }
    }
    assert_eq!(parsed("a@test.com").ascii_domain(), "test.com");
    assert_eq!(parsed("a@mylocal.com").ascii_domain(), "mylocal.com");
    assert_eq!(parsed("john.doe@example.com").ascii_domain(), "example.com");
}

#[test]
fn refuses_periods_where_none_may_be() {
    assert_all_refused(
        &["a..b@c.com", "a@b..com", "a@b。.com", "a@b.．com"],
        "An email address cannot have two periods in a row.",
    );
    assert_all_refused(
        &[".a@b.com", "..a@b.com"],
        "An email address cannot start with a period.",
    );
    assert_all_refused(
        &["a.@b.com", ".@b.com"],
        "An email address cannot have a period immediately before the @-sign.",
    );
    assert_all_refused(
        &["a@.b.com", "a@。b.com"],
        "An email address cannot have a period immediately after the @-sign.",
    );
    assert_all_refused(
        &["a@b.com.", "a@b.com。", "a@."],
        "An email address cannot end with a period.",
    );
}

#[test]
fn refuses_hyphens_where_none_may_be() {
    assert_all_refused(
        &["a@-b.com", "a@－b.com"],
        "An email address cannot have a hyphen immediately after the @-sign.",
    );
    assert_refused("a@b.com-", "An email address cannot end with a hyphen.");
    assert_all_refused(
        &["a@b-.com", "a@b.-c.com"],
        "An email address cannot have a period and a hyphen next to each other.",
    );
    assert_all_refused(
        &["a@ab--c.com", "a@b.ab--ü.com"],
        "An email address cannot have two letters followed by two dashes immediately after the @-sign \
         or after a period, except Punycode.",
    );
}

#[test]
fn refuses_quotes_and_brackets() {
    assert_all_refused(
        &[
            "\"a\"@b.com",
            "\"a b\"@c.com",
            "\"a@x.com\"@y.com",
            r#""a\"@x.com"@y.com"#,
        ],
        "Quoting the part before the @-sign is not allowed here.",
    );
    assert_all_refused(
        &["a@[127.0.0.1]", "a@[IPv6:::1]", "a@[]"],
        "A bracketed IP address after the @-sign is not allowed here.",
    );
}

#[test]
fn refuses_what_is_too_long() {
    let label = "b".repeat(63);
    let domain = |labels: usize| format!("{}com", format!("{label}.").repeat(labels));
    assert_eq!(
        parsed(&format!("{}@b.com", "a".repeat(64)))
            .local_part()
            .len(),
        64
    );
    assert_refused(
        &format!("{}@b.com", "a".repeat(65)),
        "The email address is too long before the @-sign (1 character too many).",
    );
    assert_refused(
        &format!("a@{label}bb.com"),
        "After the @-sign, periods cannot be separated by so many characters (2 characters too many).",
    );
    assert_eq!(
        parsed(&format!("{}@{}", "a".repeat(58), domain(3)))
            .as_str()
            .len(),
        MAX_CHARS
    );
    assert_refused(
        &format!("{}@{}", "a".repeat(59), domain(3)),
        "The email address is too long (1 character too many).",
    );
    assert_refused(
        &format!("{}@{}", "é".repeat(40), domain(3)),
        "The email address is too long (22 bytes too many).",
    );
    assert_refused(
        &format!("{}@ü{}", "a".repeat(56), domain(3)),
        "After the @-sign, periods cannot be separated by so many characters (8 characters too many).",
    );
    assert_refused(
        &format!("{}@ü.{}", "a".repeat(54), domain(3)),
        "The email address is too long when the part after the @-sign is converted to IDNA ASCII \
         (4 bytes too many).",
    );
    assert_refused(
        &format!("a@{}com", "üü.".repeat(60)),
        "The email address is too long after the @-sign (290 bytes too many).",
    );
    assert!(EmailAddress::parse(&"é@".repeat(1_000_000)).is_err());
}

#[test]
fn refuses_a_domain_that_is_no_idna() {
    assert_all_refused(
        &[
            "a@xn--a.com",
            "a@xn--999999999.com",
            "a@xn--zzzzzzzzzzzz99999.com",
            "a@1.אב.com",
        ],
        "The part after the @-sign is not valid IDNA.",
    );
}
