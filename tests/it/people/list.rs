//! `GET /admin/people`

use std::time::Duration;

use gatepost::db::Run;
use gatepost::roles::Role;

use super::{LIST, listed, of};
use crate::sessions::browser;
use crate::support::{PASSWORD, TestApp};

async fn named(app: &TestApp, email: &str, (first, last): (&str, &str), nickname: &str) {
    let fields = serde_json::json!({"email": email, "password": PASSWORD, "first_name": first, "last_name": last,
        "nickname": nickname});
    app.post_json("/register/", &fields).await.expect(200);
}

#[tokio::test]
async fn finds_by_the_beginning_of_address_nickname_and_names() {
    let app = TestApp::start().await;
    app.admin().await;
    named(&app, "jane@example.com", ("Ann", "Öster"), "kingfisher").await;
    named(&app, "bob@example.org", ("Bob", "Smythe"), "heron").await;
    let browser = browser(&app, "admin@example.com").await;
    for (q, found) in [
        ("JAN", "jane@example.com"),
        ("jane@example.com", "jane@example.com"),
        ("KingF", "jane@example.com"),
        ("ann", "jane@example.com"),
        ("ann ös", "jane@example.com"),
        ("ÖST", "jane@example.com"),
        // No nickname that is drawn for the administrator begins like this.
        ("smy", "bob@example.org"),
        ("bob", "bob@example.org"),
    ] {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("q", q)
            .finish();
        let page = browser.open(&format!("{LIST}?{query}")).await;
        assert_eq!(listed(&page), [found], "{q}");
    }
    for q in ["ane", "%25", "_ob", "fisher", "zzz"] {
        let page = browser.open(&format!("{LIST}?q={q}")).await;
        assert!(listed(&page).is_empty(), "{q}");
        page.shows("Nobody fits.");
    }
}

#[tokio::test]
async fn filters_and_keeps_what_was_chosen_in_the_address() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.register("new@example.com").await;
    let jane = app.verified_user("jane@example.com").await;
    app.user_with_role("boss@example.com", Role::Manager).await;
    app.post(&format!("/users/{}/lock", jane.id))
        .bearer(&admin.token)
        .await
        .expect(200);
    let browser = browser(&app, "admin@example.com").await;
    for (query, found) in [
        ("verified=false", vec!["new@example.com"]),
        ("locked=true", vec!["jane@example.com"]),
        ("role=MANAGER", vec!["boss@example.com"]),
        ("role=MANAGER&locked=true", vec![]),
        ("q=jane&locked=false", vec![]),
        ("created_to=2001-01-01", vec![]),
        ("seen_to=2001-01-01", vec!["new@example.com"]),
        ("seen_from=2001-01-01&role=ADMIN", vec!["admin@example.com"]),
        (
            "sort=email&verified=true",
            vec!["admin@example.com", "boss@example.com", "jane@example.com"],
        ),
        (
            "sort=nonsense&role=nobody&created_from=never&locked=perhaps&q=new",
            vec!["new@example.com"],
        ),
    ] {
        let page = browser.open(&format!("{LIST}?{query}")).await;
        assert_eq!(listed(&page), found, "{query}");
    }
    let page = browser
        .open(&format!("{LIST}?q=jan&role=AUTHENTICATED&column=role"))
        .await;
    assert!(page.html.contains("value=\"jan\""));
    assert!(page.html.contains("value=\"AUTHENTICATED\" selected"));
    assert!(
        page.html.contains("sort=email"),
        "it can be sorted: {}",
        page.html
    );
    assert!(
        !page.html.contains("Last login</a>"),
        "only the chosen column"
    );
}

#[tokio::test]
async fn walks_through_all_and_everybody_once() {
    let app = TestApp::start().await;
    app.admin().await;
    for number in 0..60 {
        app.clock.advance(Duration::from_secs(1));
        app.register(&format!("p{number:02}@example.com")).await;
    }
    let browser = browser(&app, "admin@example.com").await;
    for sort in ["email", "-created_at", "last_login_at", "-nickname"] {
        let page = browser.open(&format!("{LIST}?sort={sort}")).await;
        let mut all = listed(&page);
        assert_eq!(all.len(), 50);
        let next = page.html.split("rel=\"next\" href=\"").nth(1).unwrap();
        let next = next.split('"').next().unwrap().replace("&amp;", "&");
        let page = browser.open(&next).await;
        all.extend(listed(&page));
        assert!(!page.html.contains("rel=\"next\""), "{sort}: it ends");
        assert!(page.html.contains("rel=\"first\""));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 61, "{sort}");
    }
}

#[tokio::test]
async fn stops_looking_and_goes_on_from_there() {
    let app = TestApp::start().await;
    app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    // More than are looked at for one page, all of them newer than Jane.
    let sql = "INSERT INTO accounts (id, email, email_key, nickname, nickname_key, role, is_professional, password_hash,
        created_at, updated_at, name_key) VALUES ($1, $2, $2, $2, $2, 'ANONYMOUS', FALSE, '-', $3, $3, '')";
    let now = app.clock.now().0;
    app.db
        .transaction(|tx| async move {
            for number in 0..2100_i64 {
                let id = gatepost::ids::AccountId::new();
                let name = format!("x{number}");
                tx.execute(sql, gatepost::params![id, &name, now + 1 + number])
                    .await?;
            }
            Ok::<_, gatepost::db::Fault>(())
        })
        .await
        .unwrap();
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(&format!("{LIST}?verified=true")).await;
    assert!(listed(&page).is_empty());
    page.shows("None among those that were looked at so far.")
        .shows("Look further");
    let next = page.html.split("rel=\"next\" href=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let page = browser.open(&next).await;
    assert_eq!(listed(&page), ["jane@example.com", "admin@example.com"]);
    let page = browser.open(&format!("{LIST}?q=x")).await;
    page.shows("More than 500 begin like that");
    let page = browser.open(&format!("{LIST}?q=jane")).await;
    assert!(page.html.contains(&of(&jane.id)));
}

#[tokio::test]
async fn markup_in_names_stays_text() {
    let app = TestApp::start().await;
    app.admin().await;
    named(
        &app,
        "x@example.com",
        ("<script>alert(1)</script>", "\"><img>"),
        "plain",
    )
    .await;
    let browser = browser(&app, "admin@example.com").await;
    let page = browser.open(&format!("{LIST}?q=%3Cscript%3E")).await;
    assert_eq!(listed(&page), ["x@example.com"]);
    assert!(!page.html.contains("<script>alert") && !page.html.contains("<img>"));
}
