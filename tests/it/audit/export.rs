//! Exports: a line an entry, which prove the same as the database does.

use gatepost::audit::{self, Actor, Broken, Event, Head, Verifier};
use gatepost::error::{Error, Problem};

use super::{count, stranger, write};
use crate::support::TestApp;

async fn export(app: &TestApp) -> Vec<String> {
    let mut lines = Vec::new();
    let take = |line: &str| {
        lines.push(line.to_owned());
        Ok(())
    };
    let count = audit::export(app, &Actor::operator(), take).await.unwrap();
    assert_eq!(usize::try_from(count).unwrap(), lines.len());
    lines
}

fn verify(lines: &[String]) -> Result<Head, Broken> {
    let mut verifier = Verifier::new(None);
    for line in lines {
        verifier.check(&audit::read_line(line).unwrap())?;
    }
    verifier.finish()
}

#[tokio::test]
async fn ends_where_the_log_ends_and_holds_its_own_record() {
    let app = TestApp::start().await;
    write(&app, 1200).await;
    let lines = export(&app).await;
    assert_eq!(
        verify(&lines).unwrap(),
        audit::verify(&app, None).await.unwrap().unwrap()
    );
    let last = audit::read_line(lines.last().unwrap()).unwrap();
    assert_eq!(
        (last.event.as_str(), last.actor_kind.as_str()),
        ("audit_exported", "operator")
    );
}

#[tokio::test]
async fn is_recorded_also_when_nobody_takes_it() {
    let app = TestApp::start().await;
    write(&app, 2).await;
    let refuse = |_: &str| Err::<(), Error>(Problem::Unavailable.into());
    assert!(
        audit::export(&app, &Actor::operator(), refuse)
            .await
            .is_err()
    );
    assert_eq!(count(&app, "event = 'audit_exported'").await, 1);
}

#[tokio::test]
async fn an_entry_is_one_line_whatever_it_holds() {
    let app = TestApp::start().await;
    let client = stranger("192.0.2.7", "a\r\nb\u{1b}[31mc\u{2028}d\u{0}\u{7f}\u{9b}");
    audit::note(Event::Login, &client)
        .personal("email", "\"\\\n\r{}\u{1f}ä\u{10ffff}")
        .with("path", "/\r\n{\"seq\":1}")
        .write(&app, &app.db)
        .await
        .unwrap();
    let lines = export(&app).await;
    assert_eq!(lines.len(), 2);
    assert!(
        lines
            .iter()
            .all(|line| !line.contains(['\n', '\r', '\u{1b}']))
    );
    assert_eq!(verify(&lines).unwrap().seq, 2);
}

#[tokio::test]
async fn erased_details_are_exported_as_erased() {
    let app = TestApp::start().await;
    write(&app, 2).await;
    app.clock.advance(app.config.audit.personal.get() * 2);
    audit::purge(&app).await.unwrap();
    let lines = export(&app).await;
    assert!(
        lines[0].contains(r#""personal":null,"personal_salt":null"#),
        "{}",
        lines[0]
    );
    assert_eq!(verify(&lines).unwrap().seq, 3);
}

#[tokio::test]
async fn every_change_of_a_file_is_found() {
    let app = TestApp::start().await;
    write(&app, 5).await;
    let lines = export(&app).await;
    let changed = |place: usize, from: &str, to: &str| {
        let mut lines = lines.clone();
        let line = lines[place].replacen(from, to, 1);
        assert_ne!(line, lines[place]);
        lines[place] = line;
        verify(&lines).unwrap_err().seq
    };
    assert_eq!(changed(2, "refused", "done"), 3);
    assert_eq!(changed(2, "ann-2@", "eve-2@"), 3);
    assert_eq!(changed(2, r#"\"number\":2"#, r#"\"number\":3"#), 3);
    let moved = |change: fn(&mut Vec<String>)| {
        let mut lines = lines.clone();
        change(&mut lines);
        verify(&lines).unwrap_err().seq
    };
    assert_eq!(moved(|lines| lines.swap(1, 2)), 3);
    assert_eq!(moved(|lines| drop(lines.remove(1))), 3);
    assert_eq!(moved(|lines| drop(lines.remove(0))), 2);
    assert_eq!(moved(|lines| lines.insert(2, lines[1].clone())), 2);
}

#[test]
fn a_line_with_more_or_less_than_an_entry_is_refused() {
    for line in [
        "",
        "{}",
        "[]",
        "null",
        "{\"seq\":1}",
        "not json",
        "{\"seq\":1,",
    ] {
        let why = audit::read_line(line).unwrap_err();
        assert!(why.starts_with("it is no entry: "), "{line}: {why}");
    }
}

#[tokio::test]
async fn a_line_with_a_field_that_the_chain_does_not_cover_is_refused() {
    let app = TestApp::start().await;
    write(&app, 1).await;
    let line = export(&app).await.remove(0);
    let more = line.replacen('{', "{\"note\":\"harmless\",", 1);
    assert!(audit::read_line(&more).unwrap_err().contains("note"));
    let twice = line.replacen('{', "{\"event\":\"logout\",", 1);
    assert!(audit::read_line(&twice).unwrap_err().contains("event"));
}
