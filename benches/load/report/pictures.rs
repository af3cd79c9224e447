//! The pictures: latency over load, and throughput over the number of accounts.

use super::svg::{Axis, Chart, Series};
use super::{Latency, Outcome};

/// One of the numbers of a latency.
type Part = fn(&Latency) -> f64;

const SUBJECT: &str = "Gatepost";

/// Every picture for which the run has figures, by name.
pub fn all(outcome: &Outcome) -> Vec<(String, String)> {
    let mut pictures = Vec::new();
    for kind in ["reads", "logins"] {
        pictures.push((format!("latency-{kind}"), latency(outcome, kind)));
    }
    for (_, database) in outcome
        .subjects()
        .into_iter()
        .filter(|(subject, _)| subject == SUBJECT)
    {
        pictures.push((
            format!("people-{}", database.to_lowercase()),
            people(outcome, &database),
        ));
    }
    let drawn = pictures
        .into_iter()
        .filter(|(_, chart)| !chart.series.is_empty());
    drawn.map(|(name, chart)| (name, chart.svg())).collect()
}

/// How long answers take, over what is offered.
fn latency(outcome: &Outcome, kind: &str) -> Chart {
    let parts: [(&str, Part); 2] = [("p50", |l| l.p50), ("p99", |l| l.p99)];
    let mut series = Vec::new();
    for (subject, database) in outcome
        .subjects()
        .iter()
        .filter(|(subject, _)| subject == SUBJECT)
    {
        for (name, part) in parts {
            let figures = outcome.of((subject, database), "curve");
            let figures = figures.filter(|figure| figure.case.starts_with(kind));
            let points =
                figures.filter_map(|figure| Some((figure.value, part(figure.latency.as_ref()?))));
            series.push(Series {
                name: format!("{database}, {name}"),
                points: points.collect(),
            });
        }
    }
    Chart {
        title: format!("Latency of {kind} over what is offered"),
        x: axis(&format!("{kind} offered a second"), false),
        y: axis("ms from the moment they were due", true),
        series: drawn(series),
    }
}

/// Lists a second, over the number of accounts.
fn people(outcome: &Outcome, database: &str) -> Chart {
    let cases = [
        "first page",
        "deep page by cursor",
        "deep page by number",
        "search",
    ];
    let series = cases.into_iter().map(|case| {
        let figures = outcome.of((SUBJECT, database), "people");
        let figures = figures.filter(|figure| figure.case == case);
        Series {
            name: case.to_owned(),
            points: figures
                .map(|figure| (figure.accounts as f64, figure.value))
                .collect(),
        }
    });
    Chart {
        title: format!("Lists of people a second over accounts, {database}"),
        x: axis("accounts", true),
        y: axis("answers a second, 64 at a time", true),
        series: drawn(series.collect()),
    }
}

fn axis(label: &str, is_logarithmic: bool) -> Axis {
    Axis {
        label: label.to_owned(),
        is_logarithmic,
    }
}

/// A line needs two points.
fn drawn(mut series: Vec<Series>) -> Vec<Series> {
    series.retain(|series| series.points.len() > 1);
    series
}
