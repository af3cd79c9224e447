//! Who learns of it: the person, in a mail, in his list of sessions and in his history. No figure does.

use std::time::Duration;

use gatepost::statistics;
use serde_json::json;

use super::{REASON, act_as, ask};
use crate::sessions::{find, sessions, sid};
use crate::support::{TestApp, app_with};

const SUBJECT: &str = "An administrator is signed in to your account";

#[tokio::test]
async fn a_mail_tells_who_when_and_why_each_time() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let name = json!({"first_name": "Ada", "last_name": "Walker"});
    app.put_json("/myaccount", &name)
        .bearer(&admin.token)
        .await
        .expect(200);
    let jane = app.verified_user("jane@example.com").await;
    for _ in 0..7 {
        act_as(&app, admin, &jane.id).await;
    }
    let mails = app.mails_to(&jane.email).await;
    let told: Vec<_> = mails
        .iter()
        .filter(|mail| mail.subject.starts_with(SUBJECT))
        .collect();
    assert_eq!(told.len(), 7);
    let at = app.clock.now().to_string();
    for text in ["Ada Walker", REASON, &at[..10], &at[11..16], "/sessions"] {
        assert!(told[0].text.contains(text), "{text}: {}", told[0].text);
        assert!(told[0].html.contains(text), "{text}: {}", told[0].html);
    }
    // What it links to asks for a login.
    for link in &told[0].links {
        let path = link.strip_prefix(&app.config.public_url()).unwrap();
        assert!(["/sessions", "/history"].contains(&path), "{link}");
        let answer = app.get(path).header("accept", "text/html").await;
        assert!(answer.header("location").starts_with("/login-form"));
    }
}

#[tokio::test]
async fn no_mail_of_a_new_device_goes_out() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    app.log_in(&jane.email).await;
    let before = app.mails_to(&jane.email).await.len();
    ask(&app, admin, &jane.id)
        .header("user-agent", "Somewhere/1.0")
        .await
        .expect(200);
    assert_eq!(app.mails_to(&jane.email).await.len(), before + 1);
}

#[tokio::test]
async fn a_reason_is_no_markup_and_one_line() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let reason = "<b>Hello</b>\r\nBcc: all@example.com\u{7} <script>alert(1)</script>";
    app.post_json(
        &format!("/users/{}/sign-in-as", jane.id),
        &json!({"reason": reason}),
    )
    .bearer(&admin.token)
    .await
    .expect(200);
    let mail = app.mails_to(&jane.email).await.remove(0);
    assert!(!mail.html.contains("<b>Hello") && !mail.html.contains("<script>alert"));
    let line = "<b>Hello</b> Bcc: all@example.com <script>alert(1)</script>";
    assert!(mail.text.contains(line), "{}", mail.text);
    let browser = crate::sessions::browser(&app, &jane.email).await;
    for path in ["/sessions", "/history"] {
        let page = browser.open(path).await;
        assert!(!page.html.contains("<script>alert"), "{}", page.html);
        page.shows("Bcc: all@example.com");
    }
}

#[tokio::test]
async fn the_list_of_sessions_says_what_it_is_and_not_where_the_administrator_is() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let token = act_as(&app, admin, &jane.id).await;
    let shown = find(&sessions(&app, &jane.token).await, &sid(&token));
    assert_eq!(shown["device"], "An administrator, for support");
    assert_eq!(shown["support_reason"], REASON);
    assert_eq!(
        (&shown["address"], &shown["user_agent"]),
        (&json!(""), &json!(""))
    );
    assert_eq!(shown["ended_at"], json!(null));
    let ordinary = find(&sessions(&app, &jane.token).await, &sid(&jane.token));
    assert_eq!(ordinary["support_reason"], json!(null));
    let browser = crate::sessions::browser(&app, &jane.email).await;
    let page = browser.open("/sessions").await;
    page.shows("An administrator, for support").shows(REASON);
    let form = page.form(&format!("/sessions/{}/end", sid(&token)));
    browser.submit(&form).await.shows("The session has ended.");
    assert_eq!(crate::sessions::over(&app, &token).await, "revoked");
}

#[tokio::test]
async fn the_history_of_both_tells_of_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let jane = app.verified_user("jane@example.com").await;
    let token = act_as(&app, admin, &jane.id).await;
    let change = json!({"bio": "Sea captain."});
    app.put_json("/myaccount", &change)
        .bearer(&token)
        .await
        .expect(200);
    app.post("/logout").bearer(&token).await.expect(303);
    let history = async |token: &str| -> Vec<String> {
        let answer = app.get("/myaccount/history").bearer(token).await;
        let items = answer.expect(200).json()["items"].clone();
        let items = items.as_array().unwrap().clone();
        items
            .iter()
            .map(|item| item["what"].as_str().unwrap().to_owned())
            .collect()
    };
    let told = history(&jane.token).await;
    for what in [
        &format!("An administrator signed in as you, for support: {REASON}"),
        "Your profile was changed by an administrator.",
        "An administrator was signed in as you, and is not any more.",
    ] {
        assert!(told.iter().any(|known| known == what), "{what}: {told:#?}");
    }
    let answer = app.get("/myaccount/history").bearer(&jane.token).await;
    let items = answer.json()["items"].as_array().unwrap().clone();
    let begun = items.iter().find(|item| item["event"] == "signed_in_as");
    let begun = begun.unwrap();
    assert_eq!(
        (&begun["by"], &begun["address"]),
        (&json!("staff"), &json!(null))
    );
    let own = history(&admin.token).await;
    let what = format!("You signed in as somebody else, for support: {REASON}");
    assert!(own.contains(&what), "{own:#?}");
}

#[tokio::test]
async fn no_figure_counts_it() {
    let app = app_with(crate::support::patient).await;
    let admin = app.admin().await.clone();
    let jane = app.verified_user("jane@example.com").await;
    statistics::roll_up(&app).await.unwrap();
    app.clock.advance(Duration::from_hours(72));
    let admin = crate::support::Person {
        token: app.log_in(&admin.email).await,
        ..admin
    };
    let token = act_as(&app, &admin, &jane.id).await;
    app.clock.advance(Duration::from_mins(5));
    app.get("/myaccount").bearer(&token).await.expect(200);
    gatepost::audit::chain(&app).await.unwrap();
    statistics::roll_up(&app).await.unwrap();
    let figures = app.get("/statistics").bearer(&admin.token).await;
    let figures = figures.expect(200).json();
    let today = figures["days"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(today["log_ins"], 1, "the administrator's own: {today:#}");
    assert_eq!(today["active_day"], 1, "{today:#}");
}
