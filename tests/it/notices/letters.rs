//! What the mails look like and say, in both of their forms.

use gatepost::notices::{self, Notice, Reader};

use crate::support::mailbox::Mail;
use crate::support::{TestApp, html};

const ALL: [Notice; 9] = [
    Notice::NewDevice,
    Notice::ManyAttempts,
    Notice::LockedOut,
    Notice::PasswordChanged,
    Notice::PasswordReset,
    Notice::TokenReused,
    Notice::AccountDeleted,
    Notice::DeletionScheduled,
    Notice::DeletionCancelled,
];

/// The mail of a notice to somebody of that name.
async fn letter(app: &TestApp, notice: Notice, name: Option<&str>) -> Mail {
    let reader = Reader {
        email: "jane@example.com".into(),
        name: name.map(str::to_owned),
    };
    let mut client = gatepost::http::Client::machine("Mozilla/5.0 (Windows NT 10.0) Firefox/143.0");
    client.address = "203.0.113.7".parse().unwrap();
    notices::send(app, &app.db, (notice, &reader), &client)
        .await
        .unwrap();
    app.mails_to("jane@example.com").await.remove(0)
}

#[tokio::test]
async fn each_says_what_when_from_where_and_what_to_do() {
    let app = TestApp::start().await;
    let now = app.clock.now().to_string();
    let moment = format!("When: {}, {} UTC", &now[..10], &now[11..16]);
    let mut subjects = Vec::new();
    for notice in ALL {
        let mail = letter(&app, notice, Some("Jane")).await;
        let shown = html::text(&mail.html);
        for text in [&mail.text, &shown] {
            assert!(text.contains("Hello Jane,"), "{notice:?}: {text}");
            assert!(text.contains(&moment), "{notice:?}: {text}");
            assert!(
                text.contains("From: 203.0.113.7, Firefox on Windows"),
                "{notice:?}: {text}"
            );
            assert!(text.contains("If it was not you"), "{notice:?}: {text}");
            assert!(!text.contains("{{") && !text.contains("{%"), "{text}");
        }
        assert!(mail.subject.ends_with(" · Gatepost"), "{}", mail.subject);
        assert!(!mail.subject.starts_with(" ·"), "{notice:?} has no subject");
        subjects.push(mail.subject);
        // Both forms say the same, and lead to the same places.
        for link in &mail.links {
            assert!(mail.text.contains(link), "{notice:?}: {link}");
            assert!(mail.html.contains(link), "{notice:?}: {link}");
        }
    }
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), ALL.len(), "{subjects:?}");
}

#[tokio::test]
async fn each_of_their_links_leads_to_a_page() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for notice in ALL {
        for link in letter(&app, notice, None).await.links {
            let path = link.strip_prefix("http://localhost:8000");
            let path = path.unwrap_or_else(|| panic!("{link} leads elsewhere"));
            let page = app.get(path).header("accept", "text/html");
            let page = page.cookie("access_token", &admin.token).await;
            assert_eq!(page.status, 200, "{notice:?}: {link}");
        }
    }
}

#[tokio::test]
async fn a_name_is_a_name_and_no_markup() {
    let app = TestApp::start().await;
    let mail = letter(&app, Notice::NewDevice, Some("<b>Jane</b> & Co")).await;
    assert!(
        mail.html
            .contains("Hello &lt;b&gt;Jane&lt;/b&gt; &amp; Co,"),
        "{}",
        mail.html
    );
    assert!(
        mail.text.contains("Hello <b>Jane</b> & Co,"),
        "{}",
        mail.text
    );
    // A name that mail programs would make a link of is an advertisement, and no name.
    let mail = letter(&app, Notice::NewDevice, Some("Win at evil.example")).await;
    assert!(mail.text.starts_with("Hello,\n"), "{}", mail.text);
    let mail = letter(&app, Notice::NewDevice, None).await;
    assert!(mail.text.starts_with("Hello,\n"), "{}", mail.text);
}
