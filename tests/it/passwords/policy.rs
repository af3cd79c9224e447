//! Which passwords are good: long enough, and not the first that anybody would try.

use gatepost::config::Config;
use gatepost::passwords::{MAX_CHARS, MIN_CHARS, Policy};

/// What is wrong with a password of somebody about whom nothing is known.
fn objection(password: &str) -> Option<String> {
    Policy::of(&Config::default()).objection(password, &[])
}

#[track_caller]
fn assert_good(password: &str) {
    assert_eq!(objection(password), None, "{password:?}");
}

#[track_caller]
fn assert_bad(password: &str) {
    assert!(objection(password).is_some(), "{password:?} is taken");
}

/// A password of so many characters that is no repetition.
fn long(length: usize) -> String {
    let odd = (0_u32..).map(|place| char::from_u32(0x4e00 + place * place % 7919).unwrap());
    odd.take(length).collect()
}

#[test]
fn takes_the_sample_of_the_documentation() {
    let personal = ["john.doe@example.com", "john_doe", "John", "Doe"];
    assert_eq!(
        Policy::of(&Config::default()).objection("Secure*1234", &personal),
        None
    );
}

#[test]
fn asks_for_no_kinds_of_characters() {
    for password in [
        "correct horse battery staple",
        "lowercaseonlybutlong",
        "        x        ",
        "пароль-на-русском",
        "🦦🦊🐻🐼🦁🐯🐸🐵",
        "7392648105",
        "abcdefghtzkwpqmrnvyx",
        "tab\tand\nbreak",
    ] {
        assert_good(password);
    }
    for length in [8, 20, 64, 128] {
        assert_good(&long(length));
    }
}

#[test]
fn counts_characters_and_not_bytes() {
    assert_good(&"äß🦦x".repeat(2));
    assert_bad("äöüÄÖÜß");
    assert_good(&long(MAX_CHARS));
    assert_bad(&long(MAX_CHARS + 1));
    assert_eq!((MIN_CHARS, MAX_CHARS), (8, 128));
}

#[test]
fn follows_the_settings() {
    let mut config = Config::default();
    config.passwords.min_length = 15;
    config.passwords.max_length = 64;
    let policy = Policy::of(&config);
    let short = policy.objection("Secure*1234", &[]).unwrap();
    assert!(short.contains("at least 15 characters"), "{short}");
    let long = policy.objection(&"x7-".repeat(22), &[]).unwrap();
    assert!(long.contains("at most 64 characters"), "{long}");
    assert_eq!(policy.objection("correct horse battery", &[]), None);
}

#[test]
fn refuses_the_most_common_ones_in_any_case() {
    for password in [
        "password",
        "PassWord",
        "12345678",
        "qwertyuiop",
        "iloveyou",
        "password1",
        "baseball",
        "ｐａｓｓｗｏｒｄ",
    ] {
        assert_bad(password);
    }
}

#[test]
fn refuses_one_character_over_and_over_and_runs() {
    for password in [
        "aaaaaaaa",
        "77777777777",
        "abcdefgh",
        "hgfedcba",
        "23456789",
        "ααααααααα",
    ] {
        assert_bad(password);
    }
    assert_good("aaaaaaab");
}

#[test]
fn refuses_ones_own_address_and_names() {
    let policy = Policy::of(&Config::default());
    let personal = [
        "jane.roe@example.com",
        "stormy-petrel",
        "Jane",
        "Vanderbilt",
    ];
    for password in [
        "jane.roe@example.com",
        "JANE.ROE@EXAMPLE.COM",
        "jane.roe",
        "jane.roe1234",
        "stormy-petrel",
        "Vanderbilt1",
        "!!vanderbilt!!",
        "petrel2026",
    ] {
        assert!(
            policy.objection(password, &personal).is_some(),
            "{password} is taken"
        );
        assert_eq!(policy.objection("correct horse", &personal), None);
    }
    assert_eq!(
        policy.objection("vanderbilt sails", &personal),
        None,
        "more than the name"
    );
}

#[test]
fn refuses_the_names_of_the_site() {
    let config = Config {
        product: "Harbour".into(),
        public_url: Some("https://accounts.lighthouse.example".parse().unwrap()),
        ..Config::default()
    };
    let policy = Policy::of(&config);
    for password in ["gatepost1", "Harbour2026", "lighthouse!", "accounts123"] {
        assert!(
            policy.objection(password, &[]).is_some(),
            "{password} is taken"
        );
    }
}

#[test]
fn refuses_names_in_disguise_and_in_a_row() {
    let policy = Policy::of(&Config::default());
    let personal = ["jane.roe@example.com", "Jane", "Roe", "Vanderbilt"];
    for password in [
        "v4nd3rb1lt",
        "V@nderbilt!",
        "JaneRoe1990",
        "roe.jane.vanderbilt",
        "jane@gatepost",
    ] {
        assert!(
            policy.objection(password, &personal).is_some(),
            "{password} is taken"
        );
    }
    for password in ["roe-7391-5526", "janet sails at dawn", "Secure*1234"] {
        assert_eq!(policy.objection(password, &personal), None, "{password}");
    }
}

#[test]
fn refuses_the_words_that_the_operator_lists() {
    let mut config = Config::default();
    assert_eq!(Policy::of(&config).objection("Springfield#1", &[]), None);
    config.passwords.context_words = vec!["Springfield".into(), "Acme Rockets".into()];
    let policy = Policy::of(&config);
    for password in [
        "springfield",
        "Springfield#1",
        "acmerockets",
        "rockets2026",
        "Acme-Rockets!",
    ] {
        assert!(
            policy.objection(password, &[]).is_some(),
            "{password} is taken"
        );
    }
    assert_eq!(policy.objection("springfield nine rabbits", &[]), None);
}

#[test]
fn a_host_of_numbers_bars_no_numbers() {
    let config = Config {
        public_url: Some("http://192.168.211.204:8000".parse().unwrap()),
        ..Config::default()
    };
    assert_eq!(Policy::of(&config).objection("9-211-204-73", &[]), None);
}

#[test]
fn short_names_bar_nothing() {
    let policy = Policy::of(&Config::default());
    assert_eq!(
        policy.objection("Bo-7-sailing", &["bo@ex.com", "Bo", ""]),
        None
    );
    assert_eq!(policy.objection("7392648105", &["", " ", "@"]), None);
}

#[test]
fn says_what_would_do() {
    for password in ["iloveyou", "aaaaaaaa", "gatepost1"] {
        let text = objection(password).unwrap();
        assert!(
            text.contains("A few unrelated words make a good one."),
            "{text}"
        );
        assert!(!text.contains(password), "{text}");
    }
}
