//! Files that were made to do harm, or that are merely broken: nothing happens but that it is said.

use gatepost::transfer::System;

use super::{Order, column, count, why};
use crate::support::TestApp;

#[tokio::test]
async fn what_breaks_a_rule_is_refused_or_left_out_and_said() {
    let app = TestApp::start().await;
    let mut text = b"email,nickname,first_name,bio,profile_picture_url,is_verified\n".to_vec();
    text.extend(b"no-address,a_name,,,,true\n");
    text.extend(b",b_name,,,,true\n");
    text.extend(b"markup@example.com,c_name,<script>alert(1)</script>,=cmd|' /C calc'!A1,javascript:alert(1),true\n");
    text.extend(b"broken@example.com,\xff\xfe,,,,true\n");
    text.extend(b"twice@example.com,d_name,,,,true\n");
    text.extend(b"TWICE@example.com,e_name,,,,true\n");
    text.extend(b"nick@example.com,D_NAME,,,,true\n");
    text.extend(b"spaces@example.com,not a nickname,,,,true\n");
    text.extend(format!("long@example.com,f_name,{},,,true\n", "x".repeat(101)).as_bytes());
    text.extend(b"nul@example.com,g_name,a\0b,,,true\n");
    text.extend(b"many@example.com,h_name,,,,true,a,b,c\n");
    let report = Order::text(&app, System::Csv, text).run(&app).await;
    assert_eq!(
        (report.read, report.imported, report.refused),
        (11, 6, 5),
        "{report:#?}"
    );
    for (line, reason) in [
        (2, "refused: email: value is not a valid email address"),
        (3, "refused: it has no e-mail address"),
        (4, "changed: profile_picture_url was left out"),
        (5, "refused: it is no text in UTF-8"),
        (7, "refused: it has the same address as line 6"),
        (8, "changed: the nickname \"D_NAME\" is taken"),
        (9, "changed: nickname was left out"),
        (10, "changed: first_name was left out"),
        (11, "changed: first_name was left out"),
        (12, "refused: it has 9 fields"),
    ] {
        assert!(
            why(&report, line).contains(reason),
            "line {line}: {}",
            why(&report, line)
        );
    }
    // Kept as text, as the API keeps it: every page and mail escapes it.
    assert_eq!(
        column(&app, "markup@example.com", "first_name")
            .await
            .unwrap(),
        "<script>alert(1)</script>"
    );
    assert_eq!(
        column(&app, "markup@example.com", "bio").await.unwrap(),
        "=cmd|' /C calc'!A1"
    );
}

#[tokio::test]
async fn strictly_a_row_with_a_fault_is_refused() {
    let app = TestApp::start().await;
    let order = Order::text(
        &app,
        System::Csv,
        "email,nickname\nada@example.com,not a nickname\n",
    );
    let report = order
        .settings(|settings| settings.strict = true)
        .run(&app)
        .await;
    assert_eq!((report.imported, report.refused), (0, 1), "{report:#?}");
    assert!(why(&report, 2).contains("nickname"), "{}", why(&report, 2));
}

#[tokio::test]
async fn a_line_beyond_the_bound_is_not_read_in() {
    let app = TestApp::start().await;
    let huge = "x".repeat(3 << 20);
    let good = |name: &str| format!("{{\"email\":\"{name}@example.com\"}}");
    let lines = format!(
        "{}\n{{\"email\":\"a@example.com\",\"bio\":\"{huge}\"}}\n{}\n",
        good("one"),
        good("two")
    );
    let report = Order::text(&app, System::Jsonl, lines).run(&app).await;
    assert_eq!(
        (report.read, report.imported, report.refused),
        (3, 2, 1),
        "{report:#?}"
    );
    assert!(why(&report, 2).contains("longer than"));

    let array = format!(
        "[{},\n{{\"email\":\"b@example.com\",\"bio\":\"{huge}\"}},\n{}]",
        good("three"),
        good("four")
    );
    let report = Order::text(&app, System::Jsonl, array).run(&app).await;
    assert_eq!(
        (report.read, report.imported, report.refused),
        (3, 2, 1),
        "{report:#?}"
    );
    assert!(why(&report, 2).contains("longer than"));

    let table =
        format!("email,bio\nfive@example.com,\nc@example.com,\"{huge}\"\nsix@example.com,\n");
    let report = Order::text(&app, System::Csv, table).run(&app).await;
    assert_eq!(
        (report.read, report.imported, report.refused),
        (3, 2, 1),
        "{report:#?}"
    );
    assert!(why(&report, 3).contains("longer than"));
}

#[tokio::test]
async fn broken_json_is_refused_row_by_row() {
    let app = TestApp::start().await;
    let lines = "{\"email\":\"a@example.com\"}\n{\"email\": nonsense}\n[1]\n\n{\"email\":\"b@example.com\"}\n{\"email\":";
    let report = Order::text(&app, System::Jsonl, lines).run(&app).await;
    assert_eq!((report.imported, report.refused), (2, 3), "{report:#?}");
    for line in [2, 3, 6] {
        assert!(
            why(&report, line).contains("JSON"),
            "{}",
            why(&report, line)
        );
    }
    let depth = format!("[{}1{}]", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let report = Order::text(&app, System::Jsonl, depth).run(&app).await;
    assert_eq!((report.read, report.refused), (1, 1), "{report:#?}");
    let cut = "{\"users\":[{\"email\":\"c@example.com\",\"emailVerified\":true},{\"email\":";
    let report = Order::text(&app, System::Keycloak, cut).run(&app).await;
    assert_eq!((report.imported, report.refused), (1, 1), "{report:#?}");
    assert!(
        report.issues[0].why.contains("ends in the middle"),
        "{report:#?}"
    );
}

#[tokio::test]
async fn a_table_may_look_as_spreadsheets_write_it() {
    for (text, what) in [
        (
            "\u{feff}E-Mail;Nick\r\nada@example.com;ada\r\n",
            "a mark of byte order, semicolons and Windows",
        ),
        ("email\tnick\nada@example.com\tada\n", "tabs"),
        (
            "\"email\",\"nick\"\n\"ada@example.com\",\"ada\"",
            "quotes, and no break at the end",
        ),
        (
            "nick,email,\nada,ada@example.com,\n\n\n",
            "a comma and empty lines at the end",
        ),
        (
            "full name,mail,nick\nAda Lovelace,ada@example.com,ada\n",
            "names with spaces",
        ),
    ] {
        let app = TestApp::start().await;
        let report = Order::text(&app, System::Csv, text).run(&app).await;
        assert_eq!(
            (report.read, report.imported),
            (1, 1),
            "{what}: {report:#?}"
        );
        assert_eq!(
            column(&app, "ada@example.com", "nickname").await.unwrap(),
            "ada",
            "{what}"
        );
    }
}

#[tokio::test]
async fn what_is_no_table_says_so() {
    let app = TestApp::start().await;
    for (text, reason) in [
        ("", None),
        ("1,2\n3,4\n", Some("no names of columns")),
        ("a,b\nada,x\n", Some("no e-mail address")),
        (
            "email\n\"ada@example.com\nbob@example.com\n",
            Some("never closed"),
        ),
    ] {
        let report = Order::text(&app, System::Csv, text).run(&app).await;
        assert_eq!(report.imported, 0, "{text:?}");
        assert!(report.complete);
        let found = report.issues.first().map(|issue| issue.why.clone());
        assert_eq!(found.is_some(), reason.is_some(), "{text:?}: {found:?}");
        assert!(
            found
                .unwrap_or_default()
                .contains(reason.unwrap_or_default()),
            "{text:?}"
        );
    }
    assert_eq!(count(&app).await, 0);
}

#[tokio::test]
async fn columns_that_nobody_knows_are_named_once_and_can_be_mapped() {
    let app = TestApp::start().await;
    let text = "adresse,email2,favourite_colour\nada@example.com,x,red\nbob@example.com,y,blue\n";
    let order = || Order::text(&app, System::Csv, text);
    let map = |settings: &mut gatepost::transfer::Settings| {
        settings.columns = vec![("adresse".to_owned(), "email".to_owned())];
    };
    let report = order().settings(map).run(&app).await;
    assert_eq!(report.imported, 2, "{report:#?}");
    let unknown: Vec<&String> = report.unknown_fields.iter().collect();
    assert_eq!(unknown, ["email2", "favourite_colour"]);
    let mut refused = order().import.settings;
    refused.columns = vec![("adresse".to_owned(), "no_such_field".to_owned())];
    assert!(
        refused.check().unwrap_err().contains("email_verified"),
        "it says which fields there are"
    );
}
