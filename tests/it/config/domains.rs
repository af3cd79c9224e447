//! The mail domains that may register: only with the mode for them, and only what can be a domain of an address.

use super::{fault_of_file, from_file};

fn file(mode: &str, domains: &str) -> String {
    format!("[registration]\nmode = \"{mode}\"\ndomains = {domains}\n")
}

#[test]
fn domains_belong_to_their_mode() {
    let fault = fault_of_file(&file("domains", "[]"));
    assert!(
        fault.contains("registration.domains") && fault.contains("at least one domain"),
        "{fault}"
    );
    for mode in ["open", "invite", "closed"] {
        let fault = fault_of_file(&file(mode, "[\"example.com\"]"));
        assert!(fault.contains("none, unless"), "{fault}");
        from_file(&file(mode, "[]"));
    }
}

#[test]
fn a_domain_that_no_address_can_have_is_refused() {
    for domain in [
        "",
        "example",
        "@example.com",
        "*.example.com",
        "example.com.",
        ".example.com",
        "exa mple.com",
        "ann@example.com",
        "192.0.2.1",
        "[192.0.2.1]",
        "localhost",
        "example.test",
        "https://example.com",
    ] {
        let fault = fault_of_file(&file(
            "domains",
            &format!("[\"example.org\", \"{domain}\"]"),
        ));
        assert!(
            fault.contains("mail domains such as example.com"),
            "{domain}: {fault}"
        );
    }
}

#[test]
fn every_spelling_of_a_domain_is_one() {
    for domain in [
        "example.com",
        "EXAMPLE.com",
        "münchen.example",
        "xn--mnchen-3ya.example",
    ] {
        from_file(&file("domains", &format!("[\"{domain}\"]")));
    }
}
