//! What is written while people recover: no code, no password.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::{NEW, ask, new_code, reset};
use crate::support::{TestApp, app_with};

/// A log that can be read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// A recovery by the API and one by the pages, with every way to fail on the way.
async fn recover(app: &TestApp) -> Vec<String> {
    app.verified_user("jane@example.com").await;
    app.register("new@example.com").await;
    let body = json!({"email": "new@example.com"});
    app.post_json("/verify-email/resend", &body)
        .await
        .expect(200);
    let link = app.verify_link("new@example.com").await;
    ask(app, "nobody@example.com").await;
    let first = new_code(app, "jane@example.com").await;
    reset(app, &first, "short").await.expect(422);
    reset(app, &first, NEW).await.expect(204);
    reset(app, &first, NEW).await.expect(400);
    let second = new_code(app, "jane@example.com").await;
    let browser = app.browser();
    let form = browser.open("/reset-password").await;
    let form = form.form("/reset-password-form");
    let typed = form.fill("token", &second).fill("password", "password1");
    let page = browser
        .submit(&typed)
        .await
        .expect(422, "/reset-password-form");
    let typed = page.form("/reset-password-form").fill("password", NEW);
    browser.submit(&typed).await;
    let verification = link.rsplit('/').next().unwrap().to_owned();
    app.get(&link).await.expect(307);
    vec![first, second, verification, NEW.to_owned()]
}

#[tokio::test]
async fn the_log_has_no_code_and_no_password() {
    let app = app_with(|_| ()).await;
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let secrets = recover(&app).await;
    drop(guard);
    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(text.contains("/reset-password"), "it is a log: {text}");
    for secret in secrets {
        assert!(
            !text.contains(&secret),
            "{secret} stands in the log:\n{text}"
        );
    }
}
