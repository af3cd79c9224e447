//! What is written down about registrations and claims.

use gatepost::config::{Config, RegistrationMode};
use gatepost::db::Run;
use gatepost::registration::claim_link;
use serde_json::json;

use super::{modes::mode, new};
use crate::recovery::noted;
use crate::support::people::with;
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_registration_and_every_refusal_with_its_reason() {
    let app = TestApp::start().await;
    app.admin().await;
    let ann = app.register("ann@example.com").await;
    app.post_json("/register/", &new("ANN@example.com"))
        .await
        .expect(400);
    let body = with(&new("bob@example.com"), "nickname", ann["nickname"].clone());
    app.post_json("/register/", &body).await.expect(400);
    for wanted in [RegistrationMode::Domains, RegistrationMode::Closed] {
        let node = app.second_node_with(mode(wanted)).await;
        node.post_json("/register/", &new("eve@elsewhere.example"))
            .await
            .expect(403);
    }
    let done = noted(&app, "account_registered").await;
    assert_eq!(done.len(), 2);
    assert_eq!(done[1].2, ann["id"].as_str().unwrap());
    let refused = noted(&app, "registration_refused").await;
    let reasons: Vec<&str> = refused
        .iter()
        .map(|entry| entry.1.as_deref().unwrap())
        .collect();
    assert_eq!(
        reasons,
        [
            "email_taken",
            "nickname_taken",
            "domain_not_allowed",
            "registration_closed"
        ]
    );
    assert_eq!(refused[0].2, ann["id"].as_str().unwrap(), "on the owner");
    assert!(refused[0].3.contains("ANN@example.com"));
}

#[tokio::test]
async fn a_limit_once_and_not_for_every_request() {
    let app = TestApp::with(|config| config.registration.per_network = 1).await;
    app.register("ann@example.com").await;
    for _ in 0..4 {
        app.post_json("/register/", &new("bob@example.com"))
            .await
            .expect(429);
    }
    let noted = noted(&app, "limit_reached").await;
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0].1.as_deref(), Some("register"));
}

#[tokio::test]
async fn a_claim_and_a_link_that_did_not_work() {
    let public = |config: &mut Config| {
        config.public_url = Some("https://accounts.example.com".parse().unwrap());
    };
    let app = TestApp::with(public).await;
    let link = claim_link(&app).await.unwrap().unwrap();
    let path = link.strip_prefix("https://accounts.example.com").unwrap();
    let fields = [("email", "boss@example.com"), ("password", PASSWORD)];
    app.post_form("/claim/guess", &fields).await.expect(400);
    app.post_form(path, &fields).await.expect(303);
    app.post_form(path, &fields).await.expect(400);
    let entries = noted(&app, "server_claimed").await;
    let outcomes: Vec<(&str, Option<&str>)> = entries
        .iter()
        .map(|entry| (entry.0.as_str(), entry.1.as_deref()))
        .collect();
    let refused = ("refused", Some("invalid_token"));
    assert_eq!(outcomes, [refused, ("done", None), refused]);
    assert!(entries.iter().all(|entry| !entry.3.contains(&path[7..])));
}

#[tokio::test]
async fn with_hidden_accounts_the_same_is_written_later() {
    let app = TestApp::with(|config| config.privacy.hide_accounts = true).await;
    app.admin().await;
    for _ in 0..2 {
        let request = app.post_json("/register/", &new("ann@example.com"));
        let request = request.header("user-agent", "Probe/1.0");
        request.await.expect(200);
        gatepost::jobs::run_due(&app, gatepost::app::WORK)
            .await
            .unwrap();
    }
    let row = app
        .db
        .one(
            "SELECT id FROM accounts WHERE email_key = 'ann@example.com'",
            &[],
        )
        .await
        .unwrap();
    let id: gatepost::ids::AccountId = row.get("id").unwrap();
    let registered = noted(&app, "account_registered").await;
    let refused = noted(&app, "registration_refused").await;
    assert_eq!((registered.len(), refused.len()), (2, 1));
    for entry in [&registered[1], &refused[0]] {
        assert_eq!(entry.2, id.to_string());
        assert!(entry.3.contains("Probe/1.0"), "{}", entry.3);
    }
    assert_eq!(refused[0].1, Some("email_taken".to_owned()));
    assert_eq!(json!(refused[0].0), "refused");
}
