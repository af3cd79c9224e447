//! `GET /admin/live`

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use gatepost::config::Period;
use gatepost::email_address::EmailAddress;
use gatepost::live::{MOST, MOST_OF_SESSION};
use gatepost::mail::{self, Message};
use gatepost::roles::Role;
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::support::{TestApp, app_with};

const PATH: &str = "/admin/live";

/// Longer than anything here takes, unless it never ends.
const NEVER: Duration = Duration::from_mins(1);

/// An open stream.
struct Stream(Body);

impl Stream {
    async fn open(app: &TestApp, token: &str) -> Self {
        Self::answer(app, token).await.expect("a stream")
    }

    /// The stream, or the status of the refusal.
    async fn answer(app: &TestApp, token: &str) -> Result<Self, u16> {
        let request = Request::get(PATH)
            .header("host", "localhost:8000")
            .header("authorization", format!("Bearer {token}"));
        let request = request.body(Body::empty()).unwrap();
        let answer = app.site.clone().answer(request).await;
        match answer.status().as_u16() {
            200 => Ok(Self(answer.into_body())),
            status => Err(status),
        }
    }

    /// The next piece; `None` at the end.
    async fn piece(&mut self) -> Option<String> {
        let frame = tokio::time::timeout(NEVER, self.0.frame()).await;
        let frame = frame.expect("it says something or ends")?;
        let bytes = frame.unwrap().into_data().unwrap();
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }

    /// The next figures.
    async fn figures(&mut self) -> Value {
        loop {
            let piece = self.piece().await.expect("it goes on");
            if let Some(data) = piece.strip_prefix("event: figures\ndata: ") {
                return serde_json::from_str(data.trim_end()).unwrap();
            }
        }
    }

    /// Fails unless it ends after what is on its way.
    async fn ends(mut self) {
        while self.piece().await.is_some() {}
    }
}

async fn write_mail(app: &TestApp) {
    let message = &Message {
        to: EmailAddress::parse("ann@example.org").unwrap(),
        template: "recovery/link",
        context: json!({"url": "https://accounts.example.com/", "expires_in": "1 hour"}),
    };
    let server = &**app;
    app.db
        .transaction(|tx| async move { mail::enqueue(&tx, server, message.clone()).await })
        .await
        .unwrap();
}

#[tokio::test]
async fn tells_the_figures_and_tells_them_again_when_they_change() {
    let app = TestApp::start().await;
    let token = app.admin().await.token.clone();
    let mut stream = Stream::open(&app, &token).await;
    assert_eq!(stream.piece().await.unwrap(), "retry: 5000\n\n");
    let before = stream.figures().await;
    assert!(
        before["lane_busy"].as_str().unwrap().ends_with(" %"),
        "{before}"
    );
    write_mail(&app).await;
    app.live.wake();
    let number = |figures: &Value| {
        figures["mail_waiting"]
            .as_str()
            .unwrap()
            .parse::<i64>()
            .unwrap()
    };
    // How busy the machine is changes by itself, and is told as well.
    let mut after = stream.figures().await;
    for _ in 0..10 {
        if number(&after) == number(&before) {
            after = stream.figures().await;
        }
    }
    assert_eq!(number(&after), number(&before) + 1);
    assert_eq!(after["failures"], "0");
}

#[tokio::test]
async fn tells_a_manager_what_the_overview_shows_and_nothing_of_the_mail_queue() {
    let app = TestApp::start().await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let names = |figures: &Value| {
        let names = figures.as_object().unwrap().keys();
        names.cloned().collect::<Vec<_>>()
    };
    let seen = Stream::open(&app, &manager.token).await.figures().await;
    let page = app
        .get("/admin")
        .bearer(&manager.token)
        .header("accept", "text/html")
        .await;
    for name in names(&seen) {
        assert!(
            page.body.contains(&format!("data-figure=\"{name}\"")),
            "{name}"
        );
    }
    assert!(seen.get("mail_retrying").is_none(), "{seen}");
    let admin = app.admin().await.clone();
    let seen = Stream::open(&app, &admin.token).await.figures().await;
    assert!(seen.get("mail_retrying").is_some(), "{seen}");
    let page = app
        .get("/admin/mail")
        .bearer(&admin.token)
        .header("accept", "text/html")
        .await;
    for name in ["mail_waiting", "mail_retrying", "mail_dead", "mail_sent"] {
        assert!(
            page.body.contains(&format!("data-figure=\"{name}\"")),
            "{name}"
        );
    }
}

#[tokio::test]
async fn one_poller_looks_for_all_and_only_while_somebody_is_there() {
    let app = TestApp::start().await;
    let first = app.user_with_role("a@example.com", Role::Manager).await;
    let other = app.user_with_role("b@example.com", Role::Manager).await;
    let mut streams = [
        Stream::open(&app, &first.token).await,
        Stream::open(&app, &other.token).await,
    ];
    for stream in &mut streams {
        stream.figures().await;
    }
    assert_eq!(app.live.count(), 2);
    drop(streams);
    assert_eq!(app.live.count(), 0);
    // It begins anew for the next one.
    Stream::open(&app, &first.token).await.figures().await;
}

#[tokio::test]
async fn ends_with_the_session() {
    let app = TestApp::start().await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let admin = app.admin().await.clone();
    let mut ended = Stream::open(&app, &manager.token).await;
    let mut other = Stream::open(&app, &admin.token).await;
    ended.figures().await;
    other.figures().await;
    app.post("/logout").bearer(&manager.token).await;
    app.live.wake();
    ended.ends().await;
    write_mail(&app).await;
    app.live.wake();
    other.figures().await;
}

#[tokio::test]
async fn ends_when_the_role_is_withdrawn_or_the_account_locked() {
    let app = TestApp::start().await;
    let admin = app.admin().await.clone();
    for (number, is_lock) in [(1, true), (2, false)] {
        let email = format!("boss{number}@example.com");
        let manager = app.user_with_role(&email, Role::Manager).await;
        let mut stream = Stream::open(&app, &manager.token).await;
        stream.figures().await;
        let target = format!("/users/{}", manager.id);
        if is_lock {
            app.post(&format!("{target}/lock"))
                .bearer(&admin.token)
                .await
                .expect(200);
        } else {
            let role = json!({"role": "AUTHENTICATED"});
            app.put_json(&target, &role)
                .bearer(&admin.token)
                .await
                .expect(200);
        }
        app.live.wake();
        stream.ends().await;
        assert!(Stream::answer(&app, &manager.token).await.is_err());
    }
}

#[tokio::test]
async fn keeps_no_session_alive() {
    let app = app_with(|config| {
        config.session.idle = Period::hours(1);
        config.session.lifetime = Period::days(2);
        config.tokens.lifetime = Period::days(1);
    })
    .await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    app.admin().await;
    let mut stream = Stream::open(&app, &manager.token).await;
    stream.figures().await;
    for _ in 0..2 {
        app.clock.advance(Duration::from_mins(25));
        Stream::open(&app, &manager.token).await.figures().await;
    }
    app.clock.advance(Duration::from_mins(25));
    app.live.wake();
    stream.ends().await;
    app.get("/myaccount")
        .bearer(&manager.token)
        .await
        .expect(401);
}

#[tokio::test]
async fn has_so_many_for_a_session_and_in_all() {
    let app = TestApp::start().await;
    let manager = app.user_with_role("boss@example.com", Role::Manager).await;
    let mut streams = Vec::new();
    for _ in 0..MOST_OF_SESSION {
        streams.push(Stream::open(&app, &manager.token).await);
    }
    let refused = app
        .get("/admin/live?once=true")
        .bearer(&manager.token)
        .await
        .expect(429);
    assert_eq!(refused.header("retry-after"), "30");
    streams.pop();
    streams.push(Stream::open(&app, &manager.token).await);
    while streams.len() < MOST {
        let token = app.log_in(&manager.email).await;
        while streams.len() < MOST {
            match Stream::answer(&app, &token).await {
                Ok(stream) => streams.push(stream),
                Err(status) => {
                    assert_eq!(status, 429);
                    break;
                }
            }
        }
    }
    assert_eq!(app.live.count(), MOST);
    let token = app.log_in(&manager.email).await;
    assert_eq!(Stream::answer(&app, &token).await.err(), Some(429));
    drop(streams);
    Stream::open(&app, &token).await.figures().await;
}

#[tokio::test]
async fn ends_at_once_when_the_server_is_about_to_stop() {
    let app = TestApp::start().await;
    let token = app.admin().await.token.clone();
    let mut stream = Stream::open(&app, &token).await;
    stream.figures().await;
    app.health.drain();
    stream.ends().await;
    assert_eq!(Stream::answer(&app, &token).await.err(), Some(503));
}

#[tokio::test]
async fn ends_when_it_cannot_be_looked_whether_the_session_holds() {
    let app = TestApp::start().await;
    let token = app.admin().await.token.clone();
    let mut stream = Stream::open(&app, &token).await;
    stream.figures().await;
    app.take_database_away().await;
    app.live.wake();
    stream.ends().await;
}

#[tokio::test]
async fn once_is_enough_for_programs_that_know_no_events() {
    let app = TestApp::start().await;
    let token = app.admin().await.token.clone();
    let answer = app
        .get("/admin/live?once=true")
        .bearer(&token)
        .await
        .expect(200);
    assert_eq!(answer.header("content-type"), "text/event-stream");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-accel-buffering"), "no");
    assert_eq!(answer.body.matches("event: figures").count(), 1);
    assert_eq!(app.live.count(), 0);
}
