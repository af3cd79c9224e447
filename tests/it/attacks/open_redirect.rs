//! Open redirects: whatever stands in `next`, nobody is led to another site, and no password is sent on by a 307.

use axum::http::Uri;

use crate::support::{Answer, PASSWORD, TestApp};

/// Addresses of another site, as somebody tries to get them past a check for paths.
const ELSEWHERE: [&str; 60] = [
    "https://evil.example",
    "http://evil.example/",
    "HTTPS://EVIL.EXAMPLE",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/%2e%2e",
    "//evil.example:80/",
    "//user@evil.example",
    "//localhost:8000@evil.example",
    "//evil.example#localhost:8000",
    "//evil.example?localhost:8000",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "\\evil.example",
    "/\\/evil.example",
    "//\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\u{0}//evil.example",
    "/\u{0}/evil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "%2f%2fevil.example",
    "%2fevil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%0d/evil.example",
    "/%00/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "http:evil.example",
    "http:///evil.example",
    "ht\ntps://evil.example",
    "//[::1]",
    "//[::ffff:7f00:1]/",
    "//2130706433",
    "//0x7f.1",
    "//evil.example.",
    "//evil\u{3002}example",
    "//evil\u{ff0e}example",
    "/\u{ff0f}evil.example",
    "\u{ff0f}\u{ff0f}evil.example",
    "/\u{2215}/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "javascript://localhost:8000/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://evil.example/x",
    "//localhost.evil.example",
    "http://localhost:8000.evil.example",
    "http://localhost:8000@evil.example",
];

/// Own paths with something in them that a browser or a proxy could make more of.
const ODD_PATHS: [&str; 64] = [
    "/..//evil.example",
    "/.//evil.example",
    "/./\\evil.example",
    "/../\\evil.example",
    "/%2e%2e//evil.example",
    "/dashboard/..//evil.example",
    "/dashboard/../../evil.example",
    "/dashboard//evil.example",
    "/dashboard/..;/evil.example",
    "/;/evil.example",
    "/;//evil.example",
    "/..;/evil.example",
    "/.;/evil.example",
    "/dashboard;//evil.example",
    "/@evil.example",
    "/:80/evil.example",
    "/:evil.example",
    "/.evil.example",
    "/..evil.example",
    "/?//evil.example",
    "/?next=//evil.example",
    "/#//evil.example",
    "/#@evil.example",
    "/dashboard#//evil.example",
    "/login-form?next=//evil.example",
    "/login-form?next=https://evil.example",
    "/logout?next=//evil.example",
    "/dashboard\r\nLocation: https://evil.example",
    "/dashboard\r\nSet-Cookie: access_token=x",
    "/dashboard\nSet-Cookie: access_token=x",
    "/dashboard\rSet-Cookie: access_token=x",
    "/dashboard%0d%0aLocation:%20https://evil.example",
    "/dashboard%0d%0a%0d%0a<script>alert(1)</script>",
    "/dashboard%E5%98%8A%E5%98%8DLocation:https://evil.example",
    "/dashboard\u{560a}\u{560d}Location:https://evil.example",
    "/dashboard\u{85}Location: https://evil.example",
    "/dashboard\u{2028}Location: https://evil.example",
    "/\"><script>alert(1)</script>",
    "/' onfocus=alert(1) autofocus='",
    "/<img src=x onerror=alert(1)>",
    "/{{7*7}}",
    "/${7*7}",
    "/|evil.example",
    "/^evil.example",
    "/`evil.example`",
    "/,evil.example",
    "/dashboard,https://evil.example",
    "/dashboard https://evil.example",
    "/dashboard%20https://evil.example",
    "/dashboard\thttps://evil.example",
    "/evil.example/%2f..",
    "/%2e/evil.example",
    "/%252fevil.example",
    "/%255cevil.example",
    "/%u002fevil.example",
    "/%c0%afevil.example",
    "/%ef%bc%8fevil.example",
    "/\u{202e}evil.example",
    "/\u{feff}/evil.example",
    "/\u{200b}/evil.example",
    "/.well-known/../..//evil.example",
    "",
    "/",
    ".",
];

fn hostile() -> Vec<String> {
    let mut all: Vec<String> = ELSEWHERE
        .iter()
        .chain(&ODD_PATHS)
        .map(|text| (*text).to_owned())
        .collect();
    all.push(format!("/{}", "a".repeat(5000)));
    all.push(format!("{}//evil.example", "/a/..".repeat(30)));
    all.push("http://evil.example/".repeat(40));
    assert!(all.len() >= 120, "{}", all.len());
    all
}

/// Fails unless the answer leads to a path of this site, by a 303.
fn assert_stays(answer: &Answer, what: &str) {
    assert_ne!(answer.status, 307, "{what}: the password is sent again");
    assert_ne!(answer.status, 308, "{what}: the password is sent again");
    for location in answer.headers.get_all("location") {
        assert_eq!(answer.status, 303, "{what}: {answer:#?}");
        let location = location.to_str().expect("a readable place");
        assert_is_own(location, what);
    }
    assert!(
        answer.headers.get_all("location").iter().count() <= 1,
        "{what}"
    );
    for line in answer.set_cookies() {
        let name = line.split('=').next().unwrap_or_default();
        assert!(["access_token", "device"].contains(&name), "{what}: {line}");
    }
}

/// As a browser reads it (WHATWG URL), and as a stricter reader does.
fn assert_is_own(location: &str, what: &str) {
    let here = url::Url::parse("http://localhost:8000/login_with_form/").expect("an address");
    let target = here.join(location).expect("an address");
    assert_eq!(target.origin(), here.origin(), "{what} leads to {location}");
    let uri: Uri = location.parse().expect("an address");
    assert!(
        uri.authority().is_none() && location.starts_with('/'),
        "{what}: {location}"
    );
    let plain = |c: char| c.is_ascii_graphic() && !"\\<>\"'`{}|^@;,".contains(c);
    assert!(location.chars().all(plain), "{what}: {location:?}");
    assert!(!location.starts_with("//"), "{what}: {location}");
}

#[tokio::test]
async fn the_login_form_carries_only_own_paths_along() {
    let app = TestApp::start().await;
    for next in hostile() {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("next", &next)
            .finish();
        let page = app.browser().open(&format!("/login-form?{query}")).await;
        assert_is_own(page.form("/login_with_form/").value("next"), &next);
        assert!(!page.html.contains("alert(1)"), "{next}: {}", page.html);
    }
}

#[tokio::test]
async fn a_login_leads_to_an_own_path_whatever_was_asked() {
    let app = TestApp::start().await;
    app.admin().await;
    for next in hostile() {
        let fields = [
            ("username", "admin@example.com"),
            ("password", PASSWORD),
            ("next", &next),
        ];
        let answer = app
            .post_form("/login_with_form/", &fields)
            .await
            .expect(303);
        assert_stays(&answer, &next);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("next", &next)
            .finish();
        let answer = app
            .post_form(&format!("/login_with_form/?{query}"), &fields[..2])
            .await
            .expect(303);
        assert_eq!(answer.header("location"), "/dashboard", "{next}");
    }
}

#[tokio::test]
async fn confirming_the_password_leads_to_an_own_path_whatever_was_asked() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mut cookie = admin.token.clone();
    for next in hostile() {
        let fields = [("password", PASSWORD), ("next", &next)];
        let answer = app
            .post_form("/confirm-password", &fields)
            .cookie("access_token", &cookie)
            .header("sec-fetch-site", "same-origin")
            .await
            .expect(303);
        assert_stays(&answer, &next);
        let set = answer.set_cookies()[0].to_owned();
        let value = set.split(['=', ';']).nth(1).expect("a value");
        value.clone_into(&mut cookie);
    }
}

#[tokio::test]
async fn no_other_answer_repeats_a_place_that_was_asked_for() {
    let app = TestApp::start().await;
    app.admin().await;
    let names = [
        "next",
        "return_to",
        "redirect",
        "redirect_uri",
        "url",
        "continue",
        "destination",
    ];
    let fields: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (*name, "https://evil.example/"))
        .collect();
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    for path in [
        "/",
        "/login-form",
        "/register-form",
        "/dashboard",
        "/history",
        "/confirm-password",
        "/logout",
        "/docs",
        "/nothing",
    ] {
        for request in [
            app.get(&format!("{path}?{query}")),
            app.post_form(&format!("{path}?{query}"), &fields),
        ] {
            let answer = request.header("x-forwarded-host", "evil.example").await;
            let location = answer.header("location");
            assert!(
                location.is_empty() || !location.replace("%2F", "/").starts_with("http"),
                "{path}: {location}"
            );
            assert_stays(&answer, path);
        }
    }
}
