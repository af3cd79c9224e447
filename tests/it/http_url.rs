//! Web addresses in profiles.

use gatepost::http_url::{HttpUrl, InvalidUrl, MAX_CHARS};
use proptest::prelude::*;

#[test]
fn keeps_a_web_address_as_typed() {
    for typed in [
        "http://example.com",
        "https://example.com/",
        "HTTPS://Example.COM/Path?q=a%20b#top",
        "https://example.com:8443/x",
        "https://münchen.example/ü",
        "https://[2001:db8::1]/",
        "http://127.0.0.1/a@b",
        "https://www.linkedin.com/in/johndoe",
        "https://github.com/johndoe",
        "https://example.com?next=https://other.example",
    ] {
        let url = HttpUrl::parse(typed).unwrap_or_else(|error| panic!("{typed:?}: {error}"));
        assert_eq!(url.as_str(), typed);
    }
}

#[test]
fn refuses_other_schemes_and_no_scheme() {
    for typed in [
        "",
        "example.com",
        "//example.com",
        "/path",
        "ftp://example.com",
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "data:text/html,x",
        "mailto:a@b.com",
        "file:///etc/passwd",
        "httpx://example.com",
        "://example.com",
    ] {
        assert_eq!(HttpUrl::parse(typed), Err(InvalidUrl), "{typed:?}");
    }
}

#[test]
fn refuses_an_address_without_a_host() {
    for typed in [
        "http://",
        "https:///path",
        "http://?q",
        "http://#x",
        "http://:80",
        "http:example.com",
        "http:/example.com",
    ] {
        assert_eq!(HttpUrl::parse(typed), Err(InvalidUrl), "{typed:?}");
    }
}

#[test]
fn refuses_credentials() {
    for typed in [
        "https://user:secret@example.com",
        "https://user@example.com",
        "https://@example.com",
        "https://:@example.com",
        "https://bank.example@evil.example/",
    ] {
        assert_eq!(HttpUrl::parse(typed), Err(InvalidUrl), "{typed:?}");
    }
}

#[test]
fn refuses_what_breaks_out_of_a_link() {
    for typed in [
        "https://example.com/a b",
        " https://example.com",
        "https://example.com\n",
        "https://exa\tmple.com",
        "https://example.com/\0",
        "https://example.com/\"onclick=x",
        "https://example.com/<b>",
        "https://example.com\\@evil.example",
        "https://example.com/\u{202E}gpj",
        "https://exa\u{200B}mple.com",
        "https://example.com/\u{A0}",
    ] {
        assert_eq!(HttpUrl::parse(typed), Err(InvalidUrl), "{typed:?}");
    }
}

#[test]
fn refuses_a_malformed_host() {
    for typed in [
        "https://exa mple.com",
        "https://[::1",
        "https://256.1.1.1",
        "https://example.com:99999",
        "https://a%00b.com",
        "https://xn--a.com",
    ] {
        assert_eq!(HttpUrl::parse(typed), Err(InvalidUrl), "{typed:?}");
    }
}

#[test]
fn counts_characters_up_to_the_maximum() {
    let url = |length: usize| format!("https://example.com/{}", "ü".repeat(length - 20));
    assert!(HttpUrl::parse(&url(MAX_CHARS)).is_ok());
    assert_eq!(HttpUrl::parse(&url(MAX_CHARS + 1)), Err(InvalidUrl));
}

#[test]
fn is_a_text_in_json() {
    let url: HttpUrl =
        serde_json::from_str("\"https://Example.com\"").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        serde_json::json!(url),
        serde_json::json!("https://Example.com")
    );
    let refused = serde_json::from_value::<HttpUrl>(serde_json::json!("nope"));
    assert_eq!(
        refused.map_err(|error| error.to_string()),
        Err("Invalid URL format".to_owned())
    );
}

proptest! {
    #[test]
    fn takes_nothing_but_http(text in prop_oneof![any::<String>(), "(https?|ftp|javascript)(://|:/|:)[a-z.@/\\\\:?#\\[\\] -]{0,20}"]) {
        if let Ok(url) = HttpUrl::parse(&text) {
            let read = url::Url::parse(url.as_str());
            prop_assert!(read.is_ok_and(|read| ["http", "https"].contains(&read.scheme())
                && read.has_host()
                && read.username().is_empty()
                && read.password().is_none()));
        }
    }
}
