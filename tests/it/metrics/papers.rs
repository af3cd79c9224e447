//! `docs/observability.md` and the metrics say the same, and Prometheus can read them.

use std::collections::BTreeMap;

use gatepost::metrics::show;

use crate::support::source::{self, assert_none};
use crate::support::{PASSWORD, TestApp};

/// The families of the page's table, with their kinds.
fn documented() -> BTreeMap<String, String> {
    let page = source::read("docs/observability.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| {
        let (name, rest) = row.split_once("` | ")?;
        let kind = rest.split(" |").next()?;
        ["counter", "gauge", "histogram"]
            .contains(&kind)
            .then(|| (name.to_owned(), kind.to_owned()))
    })
    .collect()
}

fn shown(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
        .collect()
}

#[tokio::test]
async fn the_page_lists_every_metric_and_no_other() {
    let app = TestApp::start().await;
    let (documented, shown) = (documented(), shown(&show(&app).await));
    assert!(shown.len() > 30, "{shown:?}");
    let lacks = |some: &BTreeMap<_, _>, others: &BTreeMap<_, _>, what: &str| {
        let missing = some
            .iter()
            .filter(|(name, kind)| others.get(*name) != Some(*kind));
        missing
            .map(|(name, kind)| format!("{what} lacks the {kind} {name}"))
            .collect::<Vec<_>>()
    };
    let mut faults = lacks(&shown, &documented, "docs/observability.md");
    faults.extend(lacks(&documented, &shown, "/metrics"));
    assert_none(&faults, "The page has a row for each metric:");
}

#[tokio::test]
async fn every_line_is_as_prometheus_reads_it() {
    let app = TestApp::start().await;
    app.admin().await;
    app.post_form(
        "/login/",
        &[("username", "admin@example.com"), ("password", PASSWORD)],
    )
    .await
    .expect(200);
    let text = show(&app).await;
    assert!(text.ends_with('\n') && !text.contains("\n\n"));
    let mut family = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(help.ends_with('.') && !help.is_empty(), "{line}");
            family = name.to_owned();
            continue;
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            assert_eq!(rest.split(' ').next(), Some(family.as_str()), "{line}");
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let name = series.split('{').next().unwrap();
        let own = ["", "_bucket", "_sum", "_count"]
            .iter()
            .any(|end| name == format!("{family}{end}"));
        assert!(own, "{line} stands below {family}");
        assert!(series.ends_with('}') == series.contains('{'), "{line}");
    }
}
