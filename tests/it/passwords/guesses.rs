//! What is guessed first: the built-in lists, repetitions, sequences, walks over the keyboard.

use gatepost::config::Config;
use gatepost::passwords::Policy;

/// The list that is searched exactly.
const COMMON: &str = include_str!("../../../src/passwords/common.txt");

fn policy() -> Policy {
    Policy::of(&Config::default())
}

#[test]
fn every_common_password_is_refused() {
    let policy = policy();
    let taken = COMMON.lines().filter(|line| line.chars().count() >= 8);
    let taken: Vec<&str> = taken
        .filter(|line| policy.objection(line, &[]).is_none())
        .collect();
    assert_eq!(taken, Vec::<&str>::new());
}

#[test]
fn long_ones_that_were_leaked_are_refused_in_any_case() {
    let policy = policy();
    for password in [
        "manchesterunited",
        "ManchesterUnited",
        "familiyafamiliya",
        "lightpower12345",
        "neworleans12345",
        "1q2w3e4r5t6y7u8i9o0p",
        "q1w2e3r4t5y6u7i8",
        "passwordpassword",
        "123456789012345",
        "qwertyuiopasdfgh",
        "QWERTYUIOPASDFGHJKL",
        "iloveyouiloveyou",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcdefghijklmnopqrstuvwxyz",
        "1qaz2wsx3edc4rfv5tgb",
        "dragondragondragon",
        "111222333444555",
        "aaaabbbbccccdddd",
        "zyxwvutsrq987654321",
    ] {
        assert!(password.len() >= 15, "{password}");
        assert!(policy.objection(password, &[]).is_some(), "{password}");
    }
}

#[test]
fn variants_of_common_ones_are_refused() {
    let policy = policy();
    for password in [
        "Password123!",
        "Summer2026!",
        "monkey2024",
        "dragon123456",
        "Welcome@123",
    ] {
        assert!(policy.objection(password, &[]).is_some(), "{password}");
    }
}

#[test]
fn the_filter_takes_others_for_leaked_less_than_once_in_ten_thousand() {
    let policy = policy();
    let others = 60_000;
    let mistaken = (0..others)
        .filter(|number: &u32| {
            let password = format!("lantern {:08x} quartz", number.wrapping_mul(2_654_435_761));
            policy.objection(&password, &[]).is_some()
        })
        .count();
    assert!(
        mistaken * 10_000 < others as usize,
        "{mistaken} of {others}"
    );
}

#[test]
fn the_passwords_of_the_documentation_are_no_mistakes_of_the_filter() {
    for password in [
        "Secure*1234",
        "correct horse battery staple",
        "correct horse battery",
        "Another+5678",
        "Brand*new*9876",
    ] {
        assert_eq!(policy().objection(password, &[]), None, "{password}");
    }
}

#[test]
fn short_units_over_and_over_are_refused_and_longer_ones_are_not() {
    let policy = policy();
    for password in ["xyxyxyxy", "7k7k7k7k7k", "a1!a1!a1!", "abcd1234abcd1234"] {
        assert!(policy.objection(password, &[]).is_some(), "{password}");
    }
    for password in ["xk7q.xk7q.", "otterquartz otterquartz"] {
        assert_eq!(policy.objection(password, &[]), None, "{password}");
    }
}

#[test]
fn a_sequence_inside_something_else_is_no_matter() {
    let policy = policy();
    for password in ["otter-1234-quartz", "qwerty lantern", "mnop harbour"] {
        assert_eq!(policy.objection(password, &[]), None, "{password}");
    }
}
