//! Header fields, bodies and envelope.

use gatepost::clock::Timestamp;
use gatepost::config::Config;
use gatepost::ids::MailId;
use gatepost::mail::{Content, Mail, compose};

fn mail(to: &str, subject: &str) -> Mail {
    Mail {
        id: "0193a1b2-0000-7000-8000-000000000001"
            .parse::<MailId>()
            .unwrap(),
        to: to.into(),
        created_at: Timestamp::parse("2026-03-01T12:30:45Z").unwrap(),
        content: Content {
            subject: subject.into(),
            text: "Hello Jörg,\n\nhere it is.\n".into(),
            html: "<p>Hello Jörg</p>".into(),
        },
    }
}

fn config(from: &str) -> Config {
    let public_url = Some("https://accounts.example.com:8443".parse().unwrap());
    let mut config = Config {
        public_url,
        ..Config::default()
    };
    config.mail.from = from.into();
    config
}

fn written(from: &str, to: &str, subject: &str) -> String {
    let (_, letter) = compose(&config(from), &mail(to, subject)).unwrap();
    String::from_utf8(letter).unwrap()
}

fn field<'a>(letter: &'a str, name: &str) -> &'a str {
    let fields = letter.split("\r\n\r\n").next().unwrap();
    let begin = format!("{name}: ");
    let found: Vec<_> = fields
        .split("\r\n")
        .filter_map(|line| line.strip_prefix(&begin))
        .collect();
    assert_eq!(found.len(), 1, "{name} in {fields}");
    found[0]
}

#[test]
fn has_the_fields_that_a_mail_needs() {
    let letter = written(
        "Gatepost <no-reply@example.com>",
        "ann@example.org",
        "Confirm your address",
    );
    assert_eq!(field(&letter, "From"), "Gatepost <no-reply@example.com>");
    assert_eq!(field(&letter, "To"), "ann@example.org");
    assert_eq!(field(&letter, "Subject"), "Confirm your address");
    assert_eq!(field(&letter, "Date"), "Sun, 01 Mar 2026 12:30:45 +0000");
    assert_eq!(
        field(&letter, "Message-ID"),
        "<0193a1b2-0000-7000-8000-000000000001@accounts.example.com>"
    );
    assert_eq!(field(&letter, "Auto-Submitted"), "auto-generated");
    assert_eq!(field(&letter, "MIME-Version"), "1.0");
    assert!(
        field(&letter, "Content-Type").starts_with("multipart/alternative;"),
        "{letter}"
    );
    assert!(
        letter.contains("Content-Type: text/plain; charset=utf-8"),
        "{letter}"
    );
    assert!(
        letter.contains("Content-Type: text/html; charset=utf-8"),
        "{letter}"
    );
    assert!(
        letter.find("text/plain") < letter.find("text/html"),
        "the preferred form comes last"
    );
    assert!(letter.is_ascii(), "any server can carry it");
    assert!(
        letter
            .split("\r\n")
            .all(|line| line.len() <= 998 && !line.contains('\n'))
    );
}

#[test]
fn is_the_same_at_every_try_but_for_the_boundary() {
    let letter = written("no-reply@example.com", "ann@example.org", "Once");
    let again = written("no-reply@example.com", "ann@example.org", "Once");
    assert_eq!(field(&letter, "Message-ID"), field(&again, "Message-ID"));
    assert_eq!(field(&letter, "Date"), field(&again, "Date"));
}

#[test]
fn no_subject_begins_another_field() {
    let letter = written(
        "no-reply@example.com",
        "ann@example.org",
        "Hi\r\nBcc: eve@example.org\r\n\r\n<b>body</b>",
    );
    let fields = letter.split("\r\n\r\n").next().unwrap();
    assert!(
        !fields.lines().any(|line| line.starts_with("Bcc")),
        "{fields}"
    );
    assert!(!letter.contains("<b>body</b>\r\n"), "{letter}");
}

#[test]
fn the_envelope_has_the_one_recipient() {
    let (envelope, _) = compose(
        &config("no-reply@example.com"),
        &mail("Ann@münchen.example", "x"),
    )
    .unwrap();
    let to: Vec<_> = envelope.to().iter().map(ToString::to_string).collect();
    assert_eq!(to, ["Ann@xn--mnchen-3ya.example"]);
    assert_eq!(envelope.from().unwrap().to_string(), "no-reply@example.com");
}

#[test]
fn refuses_a_recipient_that_is_more_than_an_address() {
    for to in [
        "a@example.org,b@example.org",
        "a@example.org>\r\nRCPT TO:<b@example.org",
        "Ann <a@example.org>",
        "\"a@example.org\"@example.org",
        "b@example.org(a@example.org)",
        "",
    ] {
        assert!(
            compose(&config("no-reply@example.com"), &mail(to, "x")).is_err(),
            "{to:?}"
        );
    }
}

#[test]
fn senders_may_have_any_name() {
    for (from, written_as) in [
        ("no-reply@localhost", "no-reply@localhost"),
        ("Example, Inc. <a@example.com>", "Example, Inc."),
        ("\"Example\" <a@example.com>", "Example <a@example.com>"),
        ("Müller & Söhne <a@example.com>", "=?utf-8?b?"),
        ("<a@example.com>", "a@example.com"),
        (
            "Ping <a@münchen.example>",
            "Ping <a@xn--mnchen-3ya.example>",
        ),
    ] {
        let letter = written(from, "ann@example.org", "x");
        let field = field(&letter, "From");
        // Some names are written as encoded words; those are read below, by the address alone.
        assert!(
            field.contains(written_as) || field.contains("=?utf-8?b?"),
            "{from}: {field}"
        );
        assert!(field.contains('@'), "{from}: {field}");
    }
}
