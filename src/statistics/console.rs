//! The first page of the console: what has happened lately, as pictures with their numbers.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::chart::Chart;
use super::day::Day;
use super::moment::moment;
use super::show::{Cohort, DayFigures, Statistics, StatisticsQuery, show};
use crate::app::App;
use crate::console::{Address, Desk, Section};
use crate::error::{Error, Result};
use crate::http::{PageFault, input};
use crate::mail;

/// Ranges that are one click away: so many days, and what they are called.
const RANGES: [(i64, &str); 4] = [
    (7, "7 days"),
    (30, "30 days"),
    (90, "90 days"),
    (365, "A year"),
];

/// `GET /admin`
pub(super) async fn page(State(app): State<App>, desk: Desk) -> Result<Response> {
    let page = desk.page(&app, "statistics/console.html", Section::Overview);
    let (query, page) = match read(&app, &desk.address) {
        Ok(query) => (query, page),
        Err(error) => {
            let fault = PageFault::of(error)?;
            let texts = fault.fields.values().find_map(Value::as_str);
            let text = texts.unwrap_or("This range cannot be shown.").to_owned();
            (
                StatisticsQuery::default(),
                page.because(&fault).with("fault", text),
            )
        }
    };
    let figures = show(&app, &desk.staff, &query).await?;
    let now = moment(&app, &mail::queue_counts(&app).await?).await?;
    page.with("from", figures.from.clone())
        .with("to", figures.to.clone())
        .with("ranges", ranges(&app, &desk.address, &figures))
        .with("charts", charts(&figures.days))
        .with("accounts", json!(figures.accounts))
        .with(
            "conversion",
            percent(figures.accounts.verified, figures.accounts.total),
        )
        .with("away", away(&figures))
        .with(
            "cohorts",
            figures.cohorts.iter().rev().map(cohort).collect::<Vec<_>>(),
        )
        .with("counted_at", json!(figures.counted_at))
        .with("moment", json!(now))
        .render(&app)
}

/// The range that the address asks for, judged as the API judges it.
fn read(app: &App, address: &Address) -> Result<StatisticsQuery, Error> {
    let given = |name: &str| Some((name.to_owned(), Value::from(address.get(name)?)));
    let fields: Map<String, Value> = ["from", "to"].into_iter().filter_map(given).collect();
    input::judge_object(app, &fields)
}

fn ranges(app: &App, address: &Address, figures: &Statistics) -> Vec<Value> {
    let today = Day::of(app.clock.now());
    let link = |(days, name): (i64, &str)| {
        let from = today.plus(1 - days).to_string();
        let is_open = figures.to == today.to_string() && figures.from == from;
        let href = address.with(&[("from", Some(&from)), ("to", None)]).href();
        json!({"name": name, "href": href, "is_open": is_open})
    };
    RANGES.into_iter().map(link).collect()
}

fn charts(days: &[DayFigures]) -> Vec<Value> {
    let of = |figure: fn(&DayFigures) -> i64| days.iter().map(figure).collect::<Vec<i64>>();
    let chart = |id, title, series| Chart {
        id,
        title,
        days: days.iter().map(|day| day.day.as_str()).collect(),
        series,
    };
    let charts = [
        chart(
            "sign-ups",
            "Sign-ups",
            vec![("Sign-ups", of(|day| day.sign_ups))],
        ),
        chart(
            "log-ins",
            "Log-ins",
            vec![
                ("Succeeded", of(|day| day.log_ins)),
                ("Refused", of(|day| day.failures)),
                ("Locked out", of(|day| day.lock_outs)),
            ],
        ),
        chart(
            "active",
            "Active people",
            vec![
                ("In 30 days", of(|day| day.active_month)),
                ("In 7 days", of(|day| day.active_week)),
                ("On the day", of(|day| day.active_day)),
            ],
        ),
    ];
    charts.iter().map(Chart::draw).collect()
}

/// Who has not logged in for how long.
fn away(figures: &Statistics) -> Vec<Value> {
    let accounts = &figures.accounts;
    let rows = [
        ("24 hours", accounts.away_24_hours),
        ("48 hours", accounts.away_48_hours),
        ("A week", accounts.away_week),
        ("A year", accounts.away_year),
        ("Never logged in", accounts.never),
    ];
    let row = |(name, count)| json!({"name": name, "count": count, "share": percent(count, accounts.total)});
    rows.into_iter().map(row).collect()
}

fn cohort(cohort: &Cohort) -> Value {
    let kept = |count: Option<i64>| {
        count.map(|count| json!({"count": count, "share": percent(count, cohort.accounts)}))
    };
    json!({
        "day": cohort.day,
        "accounts": cohort.accounts,
        "verified": kept(Some(cohort.verified)),
        "kept": [kept(cohort.day_1), kept(cohort.day_7), kept(cohort.day_30)],
    })
}

/// A part of a whole in percent, if there is any whole.
fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| part.saturating_mul(100) / whole)
}
