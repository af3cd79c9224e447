//! E-mail addresses: the table of reasons, the forms of an address, and what never passes.

mod characters;
mod forms;
mod properties;
mod refusals;

use gatepost::email_address::EmailAddress;

fn parsed(typed: &str) -> EmailAddress {
    EmailAddress::parse(typed).unwrap_or_else(|reason| panic!("{typed:?}: {reason}"))
}

fn assert_refused(typed: &str, expected: &str) {
    match EmailAddress::parse(typed) {
        Ok(address) => panic!("{typed:?} was taken as {address}, not refused with {expected:?}"),
        Err(reason) => assert_eq!(reason.to_string(), expected, "for {typed:?}"),
    }
}

fn assert_all_refused(typed: &[&str], expected: &str) {
    for text in typed {
        assert_refused(text, expected);
    }
}
