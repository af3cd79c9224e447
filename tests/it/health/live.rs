//! `GET /healthz`.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn says_that_the_process_answers() {
    let app = TestApp::start().await;
    for target in ["/healthz", "/healthz/", "/api/healthz"] {
        let answer = app.get(target).await.expect(200);
        assert_eq!(answer.json(), json!({"status": "ok"}));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let head = app.request("HEAD", "/healthz").await.expect(200);
    assert_eq!(head.body, "");
    app.post("/healthz").await.expect(405);
}

#[tokio::test]
async fn asks_for_nothing_that_could_be_away() {
    let app = TestApp::start().await;
    app.db.close().await;
    app.lane.close();
    app.health.drain();
    app.get("/healthz").await.expect(200);
}
