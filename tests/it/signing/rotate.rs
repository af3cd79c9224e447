//! One key is made, however many ask for another in place of the same one.

use gatepost::db::{Dialect, Run};
use gatepost::sessions::Admin;
use gatepost::signing;

use crate::support::TestApp;

async fn count(app: &TestApp) -> usize {
    let keys = signing::list(app, &Admin::operator()).await.unwrap();
    keys.len()
}

#[tokio::test]
async fn many_at_once_make_one_key() {
    let app = TestApp::start().await;
    // Two servers on one SQLite file would wait for each other on the one thread of this test.
    let node = match app.db.dialect() {
        Dialect::Sqlite => None,
        Dialect::Postgres => Some(app.second_node().await),
    };
    let node = node.as_ref().unwrap_or(&app);
    let admin = Admin::operator();
    let before = signing::list(&app, &admin).await.unwrap()[0].kid.clone();
    let press = async |node: &TestApp| {
        let made = signing::rotate(node, &admin, Some(&before)).await;
        made.unwrap()
    };
    let (a, b, c, d) = tokio::join!(press(&app), press(node), press(&app), press(node));
    let made: Vec<String> = [a, b, c, d].into_iter().flatten().collect();
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!(count(&app).await, 2);
}

#[tokio::test]
async fn an_old_page_makes_none() {
    let app = TestApp::start().await;
    let admin = Admin::operator();
    for known in ["", "a-key-of-long-ago"] {
        let made = signing::rotate(&app, &admin, Some(known)).await.unwrap();
        assert_eq!(made, None);
    }
    assert_eq!(count(&app).await, 1);
    let entries = "SELECT COUNT(*) AS number FROM audit_entries WHERE event = 'key_rotated'";
    let row = app.db.one(entries, &[]).await.unwrap();
    assert_eq!(row.get::<i64>("number").unwrap(), 0);
}
