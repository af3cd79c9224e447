//! Refresh tokens that the server did not make, or does not know any more: they get nothing, and do no harm to the session that they
//! name. What happens to used ones is in `reuse.rs`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost::db::Run;
use gatepost::params;
use uuid::Uuid;

use super::{Held, NOT_REFRESHED, log_in, next, noted, own, refresh};
use crate::support::TestApp;

/// The bytes that a token begins with, and the code behind them.
fn parts(token: &str) -> (Vec<u8>, &str) {
    let (head, code) = token.split_at(48);
    (URL_SAFE_NO_PAD.decode(head).unwrap(), code)
}

fn whole(bytes: &[u8], code: &str) -> String {
    format!("{}{code}", URL_SAFE_NO_PAD.encode(bytes))
}

async fn refuse(app: &TestApp, token: &str) {
    refresh(app, token).await.expect_refusal(401, NOT_REFRESHED);
}

#[tokio::test]
async fn tokens_that_were_changed_end_nobodys_session() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let john = app.verified_user("john@example.com").await;
    let first = log_in(&app, &jane.email).await;
    let second = next(&app, &first.refresh).await;
    let newest = next(&app, &second.refresh).await;
    let of_john = log_in(&app, &john.email).await;
    let (bytes, code) = parts(&newest.refresh);
    assert!(newest.session().parse::<Uuid>().unwrap().as_bytes() == &bytes[..16]);
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        refuse(&app, &whole(&changed, code)).await;
    }
    // A thief who has a used token knows all but the code of those that follow, and of those before.
    for number in [1_u8, 3, 255] {
        let mut other = bytes.clone();
        other[35] = number;
        refuse(&app, &whole(&other, code)).await;
        refuse(&app, &whole(&other, "no code")).await;
        refuse(&app, &whole(&other, "")).await;
    }
    // Another's session with one's own code.
    let (of_his, his_code) = parts(&of_john.refresh);
    let mixed = [&of_his[..16], &bytes[16..]].concat();
    for code in [code, his_code] {
        refuse(&app, &whole(&mixed, code)).await;
    }
    assert_eq!(noted(&app, "refresh_token_reused").await, []);
    for held in [&newest, &of_john] {
        own(&app, &held.access).await.expect(200);
        next(&app, &held.refresh).await;
    }
}

/// What a session's row has of its refresh tokens.
async fn row_of(app: &TestApp, held: &Held) -> (Option<Vec<u8>>, i64) {
    let id: Uuid = held.session().parse().unwrap();
    let sql = "SELECT refresh_digest, refreshes FROM sessions WHERE id = $1";
    let row = app.db.one(sql, params![id]).await.unwrap();
    (
        row.get("refresh_digest").unwrap(),
        row.get("refreshes").unwrap(),
    )
}

#[tokio::test]
async fn a_token_of_after_the_backup_is_no_theft() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let first = log_in(&app, &jane.email).await;
    let (digest, refreshes) = row_of(&app, &first).await;
    let mut later = vec![next(&app, &first.refresh).await];
    for _ in 0..3 {
        later.push(next(&app, &later.last().unwrap().refresh).await);
    }
    assert_eq!(row_of(&app, &first).await.1, refreshes + 4);
    // As the restored database has it.
    let sql = "UPDATE sessions SET refresh_digest = $2, refreshes = $3, refreshed_at = NULL, refresh_signature = NULL WHERE id = $1";
    let id: Uuid = first.session().parse().unwrap();
    let values = params![id, digest, refreshes];
    app.db.execute(sql, values).await.unwrap();
    for held in &later {
        refuse(&app, &held.refresh).await;
    }
    assert_eq!(noted(&app, "refresh_token_reused").await, []);
    let again = next(&app, &first.refresh).await;
    own(&app, &again.access).await.expect(200);
}

#[tokio::test]
async fn under_another_master_key_the_newest_goes_on_and_the_others_get_nothing() {
    let app = TestApp::start().await;
    let jane = app.verified_user("jane@example.com").await;
    let first = log_in(&app, &jane.email).await;
    let second = next(&app, &first.refresh).await;
    // The old ones are sealed under a key that is lost.
    let sql = "DELETE FROM signing_keys";
    app.db.execute(sql, &[]).await.unwrap();
    let anew = app
        .second_node_with(|config| {
            config.keys.secret = "another secret of forty characters and two".into();
        })
        .await;
    refuse(&anew, &first.refresh).await;
    let third = next(&anew, &second.refresh).await;
    // Nobody can tell any more that it was used, but it gets nothing.
    refuse(&anew, &second.refresh).await;
    let fourth = next(&anew, &third.refresh).await;
    own(&anew, &fourth.access).await.expect(200);
    assert_eq!(noted(&anew, "refresh_token_reused").await, []);
    // What the new key made is known again when it was used.
    next(&anew, &fourth.refresh).await;
    refuse(&anew, &third.refresh).await;
    assert_eq!(noted(&anew, "refresh_token_reused").await.len(), 1);
    own(&anew, &fourth.access).await.expect(401);
}
