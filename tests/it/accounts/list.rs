//! `GET /users/`: pages, their order, and their limits.

use std::time::Duration;

use serde_json::{Value, json};

use super::{KEYS, each, list, user};
use crate::support::TestApp;
use crate::support::people::keys;

/// An application with so many accounts besides the administrator's, one second apart.
pub async fn peopled(count: u32) -> TestApp {
    let app = TestApp::start().await;
    app.admin().await;
    for number in 0..count {
        app.clock.advance(Duration::from_secs(1));
        app.register(&format!("person{number:02}@example.com")).await;
    }
    app
}

fn hrefs(page: &Value) -> Vec<(&str, &str)> {
    let links = page["links"].as_array().expect("links").iter();
    links.map(|link| (link["rel"].as_str().unwrap(), link["href"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn answers_ten_from_the_beginning_when_nothing_is_asked_for() {
    let app = peopled(14).await;
    let page = list(&app, "").await;
    assert_eq!(keys(&page), ["items", "total", "page", "size", "links"]);
    assert_eq!((&page["total"], &page["page"], &page["size"]), (&json!(15), &json!(1), &json!(10)));
    assert_eq!(page["items"].as_array().unwrap().len(), 10);
    let first = &page["items"][0];
    assert_eq!(keys(first), KEYS);
    assert_eq!(first, &user(&app, &app.admin().await.id).await);
    assert_eq!(page, list(&app, "skip=0&limit=10").await);
}

#[tokio::test]
async fn pages_join_without_a_gap_or_a_repetition() {
    let app = peopled(14).await;
    let all = list(&app, "limit=100").await;
    for limit in [1, 2, 4, 7, 15] {
        let mut seen = Vec::new();
        for skip in (0..15).step_by(limit) {
            let page = list(&app, &format!("skip={skip}&limit={limit}")).await;
            assert_eq!(page["page"], skip / limit + 1);
            assert_eq!(page["total"], 15);
            seen.extend(each(&page, "id").into_iter().map(str::to_owned));
        }
        assert_eq!(seen, each(&all, "id"), "by {limit}");
    }
}

#[tokio::test]
async fn answers_an_empty_page_beyond_the_end() {
    let app = peopled(2).await;
    for skip in ["3", "100", "9007199254740991"] {
        let page = list(&app, &format!("skip={skip}")).await;
        assert_eq!((&page["items"], &page["size"], &page["total"]), (&json!([]), &json!(0), &json!(3)));
        assert!(!hrefs(&page).iter().any(|(rel, _)| *rel == "next"));
    }
}

#[tokio::test]
async fn links_to_the_other_pages_as_far_as_they_exist() {
    let app = peopled(5).await;
    let link = |skip| format!("/users/?skip={skip}&limit=2");
    for (skip, expected) in [
        (0, vec![("self", 0), ("first", 0), ("next", 2), ("last", 4)]),
        (2, vec![("self", 2), ("first", 0), ("prev", 0), ("next", 4), ("last", 4)]),
        (4, vec![("self", 4), ("first", 0), ("prev", 2), ("last", 4)]),
        (1, vec![("self", 1), ("first", 0), ("prev", 0), ("next", 3), ("last", 4)]),
    ] {
        let page = list(&app, &format!("skip={skip}&limit=2")).await;
        let expected: Vec<_> = expected.into_iter().map(|(rel, skip)| (rel, link(skip))).collect();
        let expected: Vec<_> = expected.iter().map(|(rel, href)| (*rel, href.as_str())).collect();
        assert_eq!(hrefs(&page), expected, "after {skip}");
    }
    let one = list(&app, "limit=6").await;
    assert_eq!(hrefs(&one).iter().map(|(rel, _)| *rel).collect::<Vec<_>>(), ["self", "first", "last"]);
}

#[tokio::test]
async fn keeps_filters_and_order_in_its_links() {
    let app = peopled(5).await;
    let query = "q=person0&role=ANONYMOUS&is_locked=false&email_verified=false&sort=-email\
                 &created_from=2020-01-01&created_to=2120-01-01T00%3A00%3A00%2B02%3A00";
    let first = list(&app, &format!("limit=2&{query}")).await;
    assert_eq!(first["total"], 5);
    let next = hrefs(&first).into_iter().find(|(rel, _)| *rel == "next").unwrap().1.to_owned();
    let token = &app.admin().await.token;
    let second = app.get(&next).bearer(token).await.expect(200).json();
    assert_eq!(each(&first, "email"), ["person04@example.com", "person03@example.com"]);
    assert_eq!(each(&second, "email"), ["person02@example.com", "person01@example.com"]);
}

#[tokio::test]
async fn stands_in_the_order_of_creation() {
    let app = peopled(4).await;
    let page = list(&app, "").await;
    let expected = ["admin", "person00", "person01", "person02", "person03"];
    assert_eq!(each(&page, "email"), expected.map(|name| format!("{name}@example.com")));
    assert_eq!(list(&app, "sort=created_at").await["items"], page["items"]);
}

#[tokio::test]
async fn has_a_stable_order_among_those_made_at_the_same_moment() {
    let app = TestApp::start().await;
    app.admin().await;
    for number in 0..6 {
        app.register(&format!("person{number}@example.com")).await;
    }
    let page = list(&app, "").await;
    let ids = each(&page, "id");
    assert!(ids.is_sorted(), "{ids:?}");
    let down = list(&app, "sort=-created_at").await;
    assert!(each(&down, "id").iter().rev().is_sorted());
}

#[tokio::test]
async fn is_sorted_as_asked() {
    let app = peopled(3).await;
    let names = ["delta", "alpha", "charlie", "bravo"];
    let page = list(&app, "").await;
    for (id, nickname) in each(&page, "id").into_iter().zip(names) {
        app.clock.advance(Duration::from_secs(1));
        let body = json!({"nickname": nickname});
        super::change(&app, app.admin().await, id, &body).await.expect(200);
    }
    let email = |name: &str| format!("{name}@example.com");
    let by_email = ["admin", "person00", "person01", "person02"].map(email);
    assert_eq!(each(&list(&app, "sort=email").await, "email"), by_email);
    let by_nickname = ["alpha", "bravo", "charlie", "delta"];
    assert_eq!(each(&list(&app, "sort=nickname").await, "nickname"), by_nickname);
    for order in ["created_at", "email", "nickname", "last_login_at"] {
        let up = list(&app, &format!("sort={order}")).await;
        let down = list(&app, &format!("sort=-{order}")).await;
        let reversed: Vec<_> = each(&down, "id").into_iter().rev().collect();
        assert_eq!(each(&up, "id"), reversed, "{order}");
    }
}

#[tokio::test]
async fn whoever_never_logged_in_stands_before_those_who_did() {
    let app = peopled(2).await;
    app.clock.advance(Duration::from_secs(1));
    app.verified_user("late@example.com").await;
    let page = list(&app, "sort=last_login_at").await;
    let order: Vec<_> = each(&page, "email").into_iter().map(|email| &email[..5]).collect();
    assert_eq!(order, ["perso", "perso", "admin", "late@"]);
}

#[tokio::test]
async fn refuses_what_is_out_of_range_and_names_all_of_it() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for (query, field, kind, msg, ctx) in [
        ("limit=0", "limit", "greater_than_equal", "greater than or equal to 1", json!({"ge": 1})),
        ("limit=-5", "limit", "greater_than_equal", "greater than or equal to 1", json!({"ge": 1})),
        ("limit=101", "limit", "less_than_equal", "less than or equal to 100", json!({"le": 100})),
        ("limit=9223372036854775809", "limit", "less_than_equal", "100", json!({"le": 100})),
        ("skip=-1", "skip", "greater_than_equal", "greater than or equal to 0", json!({"ge": 0})),
        ("skip=-9223372036854775809", "skip", "greater_than_equal", "to 0", json!({"ge": 0})),
        ("limit=ten", "limit", "int_parsing", "unable to parse string as an integer", Value::Null),
        ("limit=", "limit", "int_parsing", "unable to parse string as an integer", Value::Null),
        ("limit=1.5", "limit", "int_parsing", "unable to parse string as an integer", Value::Null),
        ("skip=1e3", "skip", "int_parsing", "unable to parse string as an integer", Value::Null),
    ] {
        let fault = app.get(&format!("/users/?{query}")).bearer(token).await.fault();
        assert_eq!(fault["type"], kind, "{query}");
        assert_eq!(fault["loc"], json!(["query", field]));
        assert!(fault["msg"].as_str().unwrap().ends_with(msg), "{fault:#}");
        assert_eq!(fault.get("ctx").cloned().unwrap_or_default(), ctx, "{query}");
    }
    let faults = app.get("/users/?limit=0&skip=-1&sort=age&role=x").bearer(token).await.faults();
    let fields: Vec<_> = faults.iter().map(|fault| fault["loc"][1].as_str().unwrap()).collect();
    assert_eq!(fields, ["skip", "limit", "role", "sort"]);
}

#[tokio::test]
async fn never_falls_over_a_huge_number() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for number in ["9223372036854775807", "9223372036854775808", "18446744073709551616", "9".repeat(60).as_str()] {
        let answer = app.get(&format!("/users/?skip={number}")).bearer(token).await;
        assert_eq!(answer.status, 422, "{number}");
    }
}

#[tokio::test]
async fn counts_the_last_of_a_repeated_parameter() {
    let app = peopled(3).await;
    assert_eq!(list(&app, "limit=1&limit=2").await["size"], 2);
}

#[tokio::test]
async fn is_for_staff_only() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    for query in ["", "?limit=0"] {
        let path = format!("/users/{query}");
        app.get(&path).await.expect_refusal(401, "Authentication required");
        app.get(&path).bearer(&jane.token).await.expect_refusal(403, "Operation not permitted");
    }
}
