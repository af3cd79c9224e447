//! Methods: HEAD wherever GET is, OPTIONS everywhere, and a 405 that lists all of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::every_get;
use crate::support::TestApp;
use crate::support::contract;

/// The methods of each path of the document, with those that come by themselves.
fn methods() -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in contract::operations() {
        let path = operation.filled(&uuid::Uuid::nil().to_string());
        // Methods of one path may be documented with the slash and without.
        let path = path.trim_end_matches('/').to_owned();
        let methods = all.entry(path).or_default();
        methods.insert(operation.method.to_owned());
        methods.insert("OPTIONS".to_owned());
        if operation.method == "GET" {
            methods.insert("HEAD".to_owned());
        }
    }
    // A page may stand at the address of an operation.
    for page in every_get::pages() {
        if let Some(methods) = all.get_mut(&page) {
            methods.extend(["GET".to_owned(), "HEAD".to_owned()]);
        }
    }
    all
}

fn pages() -> BTreeMap<String, BTreeSet<String>> {
    let (get, post) = (["GET", "HEAD", "OPTIONS"], ["POST", "OPTIONS"]);
    let set = |methods: &[&str]| methods.iter().map(|method| (*method).to_owned()).collect();
    let gets = [
        "/",
        "/login-form",
        "/register-form",
        "/dashboard",
        "/docs",
        "/redoc",
        "/openapi.json",
    ];
    let posts = ["/login_with_form/", "/register_with_form/"];
    let gets = gets.iter().map(|path| ((*path).to_owned(), set(&get)));
    gets.chain(posts.iter().map(|path| ((*path).to_owned(), set(&post))))
        .collect()
}

fn allowed(answer: &crate::support::Answer) -> BTreeSet<String> {
    answer
        .header("allow")
        .split(", ")
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_wrong_one_is_told_the_right_ones() {
    let app = TestApp::start().await;
    for (path, methods) in methods().into_iter().chain(pages()) {
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get",
        ] {
            if methods.contains(method) {
                continue;
            }
            let answer = app.request(method, &path).await.expect(405);
            assert_eq!(allowed(&answer), methods, "{method} {path}");
            if method != "HEAD" {
                assert_eq!(
                    answer.body,
                    r#"{"detail":"Method Not Allowed","code":"method_not_allowed"}"#
                );
            }
        }
    }
}

#[tokio::test]
async fn options_tells_the_same_without_a_body() {
    let app = TestApp::start().await;
    for (path, methods) in methods().into_iter().chain(pages()) {
        let answer = app.request("OPTIONS", &path).await;
        assert!(matches!(answer.status, 200 | 204), "{path}: {answer:#?}");
        assert_eq!(allowed(&answer), methods, "{path}");
        assert!(answer.body.is_empty());
    }
    app.request("OPTIONS", "/nothing").await.expect(404);
}

#[tokio::test]
async fn head_answers_as_get_does_without_the_body() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mut paths = vec![
        "/",
        "/login-form",
        "/register-form",
        "/dashboard",
        "/docs",
        "/redoc",
        "/openapi.json",
    ];
    paths.extend([
        "/myaccount",
        "/users/",
        "/users/?limit=0",
        "/users/1",
        "/.well-known/jwks.json",
        "/nothing",
    ]);
    for path in paths {
        for token in ["", &admin.token] {
            let get = app
                .get(path)
                .bearer(token)
                .cookie("access_token", token)
                .await;
            let head = app
                .request("HEAD", path)
                .bearer(token)
                .cookie("access_token", token)
                .await;
            assert_eq!(get.status, head.status, "{path}");
            for name in [
                "content-type",
                "cache-control",
                "location",
                "content-security-policy",
                "etag",
                "www-authenticate",
            ] {
                assert_eq!(get.header(name), head.header(name), "{path}: {name}");
            }
            let length = head.header("content-length");
            assert!(
                length.is_empty() || length == get.body.len().to_string(),
                "{path}: {length}"
            );
        }
    }
}
