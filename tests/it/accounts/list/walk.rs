//! `GET /users/?cursor=`: a walk that meets everybody once, whatever happens on the way.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::peopled;
use crate::accounts::{each, list};
use crate::support::{PASSWORD, TestApp};

const ORDERS: [&str; 8] = [
    "created_at",
    "-created_at",
    "email",
    "-email",
    "nickname",
    "-nickname",
    "last_login_at",
    "-last_login_at",
];

/// One step of a walk: its part, and where it goes on.
async fn step(app: &TestApp, query: &str, cursor: &str) -> (Value, Option<String>) {
    let page = list(app, &format!("cursor={cursor}&{query}")).await;
    let next = page["next_cursor"].as_str().map(str::to_owned);
    assert!(
        page.as_object().unwrap().contains_key("next_cursor"),
        "{page:#}"
    );
    (page, next)
}

/// The ids of a whole walk.
async fn walk(app: &TestApp, query: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut cursor = Some(String::new());
    while let Some(at) = cursor {
        let (page, next) = step(app, query, &at).await;
        ids.extend(each(&page, "id").into_iter().map(str::to_owned));
        assert!(ids.len() < 1000, "the walk does not end");
        cursor = next;
    }
    ids
}

#[tokio::test]
async fn meets_everybody_once_in_every_order() {
    let app = peopled(8).await;
    for order in ORDERS {
        let whole = list(&app, &format!("limit=100&sort={order}")).await;
        for limit in [1, 2, 3, 9, 100] {
            let met = walk(&app, &format!("limit={limit}&sort={order}")).await;
            assert_eq!(met, each(&whole, "id"), "{order} by {limit}");
        }
    }
}

#[tokio::test]
async fn meets_everybody_once_while_accounts_come_and_go() {
    let app = peopled(7).await;
    let token = &app.admin().await.token;
    for (round, order) in ORDERS.into_iter().enumerate() {
        let query = format!("limit=2&sort={order}");
        let before: BTreeSet<String> = each(&list(&app, "limit=100").await, "id")
            .into_iter()
            .map(str::to_owned)
            .collect();
        let (mut met, mut cursor, mut steps) = (Vec::new(), Some(String::new()), 0);
        while let Some(at) = cursor {
            let (page, next) = step(&app, &query, &at).await;
            met.extend(each(&page, "id").into_iter().map(str::to_owned));
            steps += 1;
            // One that sorts to the front, and one that sorts to the end.
            if steps <= 3 {
                app.register(&format!("aa{round}-{steps}@example.com"))
                    .await;
                app.register(&format!("zz{round}-{steps}@example.com"))
                    .await;
            }
            cursor = next;
        }
        let unique: BTreeSet<String> = met.iter().cloned().collect();
        assert_eq!(unique.len(), met.len(), "{order}: somebody was met twice");
        assert!(unique.is_superset(&before), "{order}: somebody was missed");
        for id in unique.difference(&before) {
            app.delete(&format!("/users/{id}"))
                .bearer(token)
                .await
                .expect(204);
        }
    }
}

#[tokio::test]
async fn goes_on_when_the_account_where_it_stopped_is_deleted() {
    let app = peopled(5).await;
    let token = &app.admin().await.token;
    let all = list(&app, "").await;
    let (first, cursor) = step(&app, "limit=2", "").await;
    app.delete(&format!("/users/{}", each(&first, "id")[1]))
        .bearer(token)
        .await
        .expect(204);
    let (second, _) = step(&app, "limit=2", &cursor.unwrap()).await;
    assert_eq!(each(&second, "id"), each(&all, "id")[2..4]);
}

#[tokio::test]
async fn is_not_stopped_by_names_that_fold_into_many_letters() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for number in 0..3 {
        // One letter that stands for eighteen.
        let long = "\u{fdfa}".repeat(20 + number);
        let body =
            json!({"email": format!("{long}@example.com"), "nickname": long, "password": PASSWORD});
        let made = app.post_json("/users/", &body).bearer(token).await;
        assert!(matches!(made.status, 201 | 422), "{made:#?}");
        let body = json!({"email": format!("b{number}@example.com"), "nickname": long, "password": PASSWORD});
        app.post_json("/users/", &body).bearer(token).await;
    }
    for order in ["email", "-email", "nickname", "-nickname"] {
        let whole = list(&app, &format!("limit=100&sort={order}")).await;
        let met = walk(&app, &format!("limit=1&sort={order}")).await;
        assert_eq!(met, each(&whole, "id"), "{order}");
    }
}

#[tokio::test]
async fn keeps_to_its_filters() {
    let app = peopled(6).await;
    app.verified_user("other@example.com").await;
    let met = walk(&app, "limit=2&q=person0&role=ANONYMOUS").await;
    assert_eq!(met.len(), 6);
    assert!(walk(&app, "q=nobody").await.is_empty());
}

#[tokio::test]
async fn is_followed_by_its_links() {
    let app = peopled(5).await;
    let token = &app.admin().await.token;
    let mut next = Some("/users/?cursor=&limit=2&sort=-email".to_owned());
    let mut met = Vec::new();
    while let Some(path) = next {
        let page = app.get(&path).bearer(token).await.expect(200).json();
        assert_eq!(page["total"], 6);
        met.extend(each(&page, "email").into_iter().map(str::to_owned));
        let links = page["links"].as_array().unwrap();
        let rels: Vec<_> = links
            .iter()
            .map(|link| link["rel"].as_str().unwrap())
            .collect();
        assert!(!rels.contains(&"prev"), "a walk goes forward only");
        let link = links.iter().find(|link| link["rel"] == "next");
        assert_eq!(link.is_some(), page["next_cursor"].is_string());
        next = link.map(|link| link["href"].as_str().unwrap().to_owned());
    }
    let names = [
        "person04", "person03", "person02", "person01", "person00", "admin",
    ];
    assert_eq!(met, names.map(|name| format!("{name}@example.com")));
}

#[tokio::test]
async fn ends_with_null_also_when_the_last_part_is_full() {
    let app = peopled(3).await;
    let (page, cursor) = step(&app, "limit=2", "").await;
    assert_eq!(page["size"], 2);
    let (page, end) = step(&app, "limit=2", &cursor.unwrap()).await;
    assert_eq!(
        (&page["size"], &page["next_cursor"]),
        (&json!(2), &Value::Null)
    );
    assert!(end.is_none());
}

#[tokio::test]
async fn is_not_begun_by_a_list_that_is_read_by_pages() {
    let app = peopled(1).await;
    assert!(
        !list(&app, "limit=1")
            .await
            .as_object()
            .unwrap()
            .contains_key("next_cursor")
    );
}

#[tokio::test]
async fn refuses_to_skip() {
    let app = TestApp::start().await;
    let token = &app.admin().await.token;
    for query in ["cursor=&skip=0", "skip=5&cursor=", "skip=0&cursor=x"] {
        let fault = app
            .get(&format!("/users/?{query}"))
            .bearer(token)
            .await
            .fault();
        assert_eq!(fault["type"], "value_error", "{query}");
        assert_eq!(fault["loc"], json!(["query", "cursor"]));
    }
}

#[tokio::test]
async fn refuses_a_cursor_that_it_never_gave() {
    use base64::Engine;

    let app = peopled(3).await;
    let token = &app.admin().await.token;
    // The order's place among all, an identifier, and the value behind it.
    let made = |sort: u8, value: &[u8]| {
        let bytes = [&[sort][..], &[7; 16], value].concat();
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    };
    let (creation, email) = (0, 2);
    for (order, cursor) in [
        ("created_at", "x".to_owned()),
        ("created_at", "%25%25".to_owned()),
        ("created_at", "AAAA".to_owned()),
        ("created_at", made(creation, b"")),
        ("created_at", made(creation, b"yesterday")),
        ("created_at", made(creation, b"99999999999999999999")),
        ("created_at", made(200, b"1")),
        ("email", made(email, b"a\0b")),
        ("email", made(email, b"\xff")),
    ] {
        let fault = app
            .get(&format!("/users/?sort={order}&cursor={cursor}"))
            .bearer(token)
            .await
            .fault();
        assert_eq!(fault["loc"], json!(["query", "cursor"]), "{cursor}");
        assert_eq!(fault["type"], "value_error", "{cursor}");
    }
    // And those that only look made up are places like others.
    for (order, cursor) in [
        ("created_at", made(creation, b"1")),
        ("email", made(email, b"a")),
    ] {
        app.get(&format!("/users/?sort={order}&cursor={cursor}"))
            .bearer(token)
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn refuses_a_cursor_of_another_order() {
    let app = peopled(3).await;
    let token = &app.admin().await.token;
    let (_, cursor) = step(&app, "limit=1&sort=email", "").await;
    let cursor = cursor.unwrap();
    for order in ["", "sort=created_at", "sort=-email", "sort=nickname"] {
        let answer = app
            .get(&format!("/users/?limit=1&cursor={cursor}&{order}"))
            .bearer(token)
            .await;
        assert_eq!(answer.fault()["loc"], json!(["query", "cursor"]), "{order}");
    }
    step(&app, "limit=2&sort=email", &cursor).await;
}
