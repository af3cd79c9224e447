//! Hashes: made as the settings say, and verified as others have made them.

use std::collections::HashSet;

use gatepost::config::{ByteSize, Config};
use gatepost::passwords::Verdict;

use super::{OpenLane, cheap};

/// Hashes of `password` by other programs.
const FOREIGN: [&str; 7] = [
    // The reference implementation's own test vectors.
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
    // Made by libxcrypt.
    "$2b$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu",
    "$2y$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu",
    "$2a$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm",
];

#[tokio::test]
async fn has_the_kind_and_the_cost_of_the_settings() {
    let mut config = cheap();
    config.passwords.argon2_memory = ByteSize::of_kib(128);
    config.passwords.argon2_iterations = 3;
    let hash = OpenLane::of(&config).hash("a good one").await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=128,t=3,p=1$"), "{hash}");
    let parts: Vec<_> = hash.split('$').collect();
    assert_eq!(
        (parts[4].len(), parts[5].len()),
        (22, 43),
        "16 bytes of salt, 32 of hash"
    );
}

#[tokio::test]
async fn costs_as_much_as_is_recommended_when_nothing_is_set() {
    let hash = OpenLane::of(&Config::default())
        .hash("a good one")
        .await
        .unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
}

#[tokio::test]
async fn is_another_one_each_time() {
    let lane = OpenLane::of(&cheap());
    let mut hashes = HashSet::new();
    for _ in 0..20 {
        assert!(hashes.insert(lane.hash("the same").await.unwrap()));
    }
}

#[tokio::test]
async fn belongs_to_its_password_and_no_other() {
    let lane = OpenLane::of(&cheap());
    let long = "x".repeat(200);
    for password in [
        "Secure*1234",
        " ",
        "",
        "nul\0byte",
        "пароль",
        "e\u{301}",
        long.as_str(),
    ] {
        let hash = lane.hash(password).await.unwrap();
        assert_eq!(
            lane.verify(password, Some(&hash)).await.unwrap(),
            Verdict::Right
        );
        for other in [
            format!("{password}x"),
            format!("x{password}"),
            format!("{password}\0"),
        ] {
            assert_eq!(
                lane.verify(&other, Some(&hash)).await.unwrap(),
                Verdict::Wrong,
                "{other:?}"
            );
        }
    }
}

#[tokio::test]
async fn of_another_program_verifies_and_is_outdated() {
    let lane = OpenLane::of(&cheap());
    for foreign in FOREIGN {
        let verdict = lane.verify("password", Some(foreign)).await.unwrap();
        let Verdict::Outdated(new) = verdict else {
            panic!("{foreign}: {verdict:?}")
        };
        assert_eq!(
            lane.verify("password", Some(&new)).await.unwrap(),
            Verdict::Right
        );
        assert_eq!(
            lane.verify("Password", Some(foreign)).await.unwrap(),
            Verdict::Wrong
        );
    }
}

#[tokio::test]
async fn of_another_cost_is_outdated_in_both_directions() {
    let mut dearer = cheap();
    dearer.passwords.argon2_iterations = 2;
    let (cheap, dear) = (OpenLane::of(&cheap()), OpenLane::of(&dearer));
    for (maker, judge) in [(&cheap, &dear), (&dear, &cheap)] {
        let hash = maker.hash("a good one").await.unwrap();
        let verdict = judge.verify("a good one", Some(&hash)).await.unwrap();
        assert!(matches!(verdict, Verdict::Outdated(_)), "{verdict:?}");
        assert_eq!(
            judge.verify("a bad one", Some(&hash)).await.unwrap(),
            Verdict::Wrong
        );
    }
}

#[tokio::test]
async fn that_is_none_belongs_to_nobody() {
    let lane = OpenLane::of(&cheap());
    for broken in [
        "",
        "password",
        "$",
        "$argon2id",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$",
        "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=0,t=0,p=0$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=1,x=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=1$c29t*XNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$2b$05$tooshort",
        "$2b$xx$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu",
        "$1$salt$hash",
        "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
    ] {
        for password in ["password", ""] {
            let verdict = lane.verify(password, Some(broken)).await.unwrap();
            assert_eq!(verdict, Verdict::Wrong, "{broken}");
        }
    }
}

#[tokio::test]
async fn that_would_cost_a_fortune_is_not_computed() {
    let lane = OpenLane::of(&cheap());
    for crafted in [
        "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=4294967295,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$2b$31$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu",
    ] {
        let verdict = lane.verify("password", Some(crafted)).await.unwrap();
        assert_eq!(verdict, Verdict::Wrong, "{crafted}");
    }
}
