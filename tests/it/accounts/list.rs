//! `GET /users/`: its pages and their links.

mod created;
mod filters;
mod limits;
mod sort;
mod total;
mod walk;

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
        app.register(&format!("person{number:02}@example.com"))
            .await;
    }
    app
}

fn hrefs(page: &Value) -> Vec<(&str, &str)> {
    let links = page["links"].as_array().expect("links").iter();
    links
        .map(|link| {
            (
                link["rel"].as_str().unwrap(),
                link["href"].as_str().unwrap(),
            )
        })
        .collect()
}

#[tokio::test]
async fn answers_ten_from_the_beginning_when_nothing_is_asked_for() {
    let app = peopled(14).await;
    let page = list(&app, "").await;
    assert_eq!(keys(&page), ["items", "total", "page", "size", "links"]);
    assert_eq!(
        (&page["total"], &page["page"], &page["size"]),
        (&json!(15), &json!(1), &json!(10))
    );
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
        assert_eq!(
            (&page["items"], &page["size"], &page["total"]),
            (&json!([]), &json!(0), &json!(3))
        );
        assert!(!hrefs(&page).iter().any(|(rel, _)| *rel == "next"));
    }
}

#[tokio::test]
async fn links_to_the_other_pages_as_far_as_they_exist() {
    let app = peopled(5).await;
    let link = |skip| format!("/users/?skip={skip}&limit=2");
    for (skip, expected) in [
        (0, vec![("self", 0), ("first", 0), ("next", 2), ("last", 4)]),
        (
            2,
            vec![
                ("self", 2),
                ("first", 0),
                ("prev", 0),
                ("next", 4),
                ("last", 4),
            ],
        ),
        (4, vec![("self", 4), ("first", 0), ("prev", 2), ("last", 4)]),
        (
            1,
            vec![
                ("self", 1),
                ("first", 0),
                ("prev", 0),
                ("next", 3),
                ("last", 4),
            ],
        ),
    ] {
        let page = list(&app, &format!("skip={skip}&limit=2")).await;
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(rel, skip)| (rel, link(skip)))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(rel, href)| (*rel, href.as_str()))
            .collect();
        assert_eq!(hrefs(&page), expected, "after {skip}");
    }
    let one = list(&app, "limit=6").await;
    assert_eq!(
        hrefs(&one).iter().map(|(rel, _)| *rel).collect::<Vec<_>>(),
        ["self", "first", "last"]
    );
}

#[tokio::test]
async fn keeps_filters_and_order_in_its_links() {
    let app = peopled(5).await;
    let query = "q=person0&role=ANONYMOUS&is_locked=false&email_verified=false&sort=-email\
                 &created_from=2020-01-01&created_to=2120-01-01T00%3A00%3A00%2B02%3A00";
    let first = list(&app, &format!("limit=2&{query}")).await;
    assert_eq!(first["total"], 5);
    let next = hrefs(&first)
        .into_iter()
        .find(|(rel, _)| *rel == "next")
        .unwrap()
        .1
        .to_owned();
    let token = &app.admin().await.token;
    let second = app.get(&next).bearer(token).await.expect(200).json();
    assert_eq!(
        each(&first, "email"),
        ["person04@example.com", "person03@example.com"]
    );
    assert_eq!(
        each(&second, "email"),
        ["person02@example.com", "person01@example.com"]
    );
}
