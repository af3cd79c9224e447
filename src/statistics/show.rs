//! Show the statistics of some days.
//!
//! Doors: `GET /statistics`, `gatepost stats`; the page is in `console.rs`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::{IntoParams, ToSchema};

use super::day::Day;
use super::figure::Figure;
use super::machine::Machine;
use super::snapshot;
use super::store::{self, Counts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Age, Reader};
use crate::error::{Error, Result};
use crate::http::input::{self, Faults, Fields};
use crate::http::openapi::{Forbidden, Invalid, Unauthenticated};
use crate::http::{Checked, Json};
use crate::mail::{self, QueueSize};
use crate::sessions::Staff;
use crate::shape_of;

/// Days that are shown when nothing is asked for.
const USUAL: i64 = 30;

/// Days that are shown at most.
const MOST: i64 = 731;

/// Which days.
#[derive(Debug, Clone, Default, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct StatisticsQuery {
    /// The first day; 29 days before the last one when it is absent.
    #[schema(schema_with = from)]
    #[param(schema_with = from, required = false)]
    pub from: Option<String>,
    /// The last day; today when it is absent.
    #[schema(schema_with = to)]
    #[param(schema_with = to, required = false)]
    pub to: Option<String>,
}

fn date(about: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .description(Some(about))
        .build()
}

fn from() -> Object {
    date(
        "The first day (UTC), such as `2026-01-01`; 29 days before the last one when it is absent. Two years at most.",
    )
}

fn to() -> Object {
    date("The last day (UTC); today when it is absent.")
}

impl Fields for StatisticsQuery {
    shape_of!(StatisticsQuery);

    fn review(app: &App, sent: &Map<String, Value>, faults: &mut Faults) {
        let mut days = Vec::new();
        for name in ["from", "to"] {
            let Some(text) = sent.get(name).and_then(Value::as_str) else {
                continue;
            };
            match Day::parse(text) {
                Some(day) => days.push((name, day)),
                None => faults.add_value_error(
                    &["query", name],
                    "This is no date, such as 2026-01-31",
                    text.into(),
                ),
            }
        }
        let day = |wanted: &str| {
            days.iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, day)| *day)
        };
        let last = day("to").unwrap_or(Day::of(app.clock.now()));
        let first = day("from").unwrap_or(last);
        if faults.is_empty() && !(0..MOST).contains(&(last.0 - first.0)) {
            faults.add_value_error(
                &["query", "from"],
                "The first day must not lie behind the last one, nor more than two years before it",
                first.to_string().into(),
            );
        }
    }
}

/// What happened on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DayFigures {
    /// The day (UTC).
    #[schema(format = Date, example = "2026-01-31")]
    pub day: String,
    /// Accounts that were made: by registering, by staff, by an invitation.
    #[schema(example = 12)]
    pub sign_ups: i64,
    /// Log-ins that succeeded.
    #[schema(example = 340)]
    pub log_ins: i64,
    /// Log-ins that were refused.
    #[schema(example = 17)]
    pub failures: i64,
    /// Addresses that wrong passwords have locked for a while.
    #[schema(example = 1)]
    pub lock_outs: i64,
    /// People who were there on that day.
    #[schema(example = 280)]
    pub active_day: i64,
    /// Different people on that day and the six before.
    #[schema(example = 900)]
    pub active_week: i64,
    /// Different people on that day and the 29 before.
    #[schema(example = 2100)]
    pub active_month: i64,
}

/// The accounts that were made on a day, as far as there are any still.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Cohort {
    /// The day (UTC).
    #[schema(format = Date, example = "2026-01-31")]
    pub day: String,
    /// How many those are.
    #[schema(example = 12)]
    pub accounts: i64,
    /// Those of them whose address is verified.
    #[schema(example = 11)]
    pub verified: i64,
    /// How many were there one day later; `null` while that day is not over.
    #[schema(required = true, example = 8)]
    pub day_1: Option<i64>,
    /// How many were there seven days later.
    #[schema(required = true, example = 5)]
    pub day_7: Option<i64>,
    /// How many were there 30 days later.
    #[schema(required = true, example = json!(null))]
    pub day_30: Option<i64>,
}

/// The accounts, as they were last counted.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct AccountFigures {
    /// How many there are.
    #[schema(example = 120)]
    pub total: i64,
    /// Those whose address is verified.
    #[schema(example = 110)]
    pub verified: i64,
    /// Those that staff have locked.
    #[schema(example = 2)]
    pub locked: i64,
    /// Managers and administrators.
    #[schema(example = 3)]
    pub staff: i64,
    /// Those who have not logged in for 24 hours; whoever never did counts as well.
    #[schema(example = 80)]
    pub away_24_hours: i64,
    /// The same for 48 hours.
    #[schema(example = 70)]
    pub away_48_hours: i64,
    /// The same for a week.
    #[schema(example = 40)]
    pub away_week: i64,
    /// The same for a year.
    #[schema(example = 4)]
    pub away_year: i64,
    /// Those who never have.
    #[schema(example = 3)]
    pub never: i64,
}

/// What happens on the server, in numbers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Statistics {
    /// The first day.
    #[schema(format = Date, example = "2026-01-02")]
    pub from: String,
    /// The last day.
    #[schema(format = Date, example = "2026-01-31")]
    pub to: String,
    /// When the accounts were last counted (RFC 3339); `null` until a server has run for a moment.
    #[schema(value_type = Option<String>, format = DateTime, required = true, example = "2026-01-31T12:00:00.000Z")]
    pub counted_at: Option<Timestamp>,
    /// The accounts.
    pub accounts: AccountFigures,
    /// Each day, the oldest first.
    pub days: Vec<DayFigures>,
    /// The accounts made on each day, the oldest first; days without any are left out.
    pub cohorts: Vec<Cohort>,
    /// The mail queue, just now.
    pub mail: QueueSize,
    /// What the machine of the node that answers can do, and does just now; `null` where no server answers.
    #[schema(required = true)]
    pub machine: Option<Machine>,
}

/// The statistics. Managers see them as well: they tell of nobody.
pub async fn show(app: &App, _staff: &Staff, query: &StatisticsQuery) -> Result<Statistics> {
    let now = app.clock.now();
    let today = Day::of(now);
    let day = |text: &Option<String>| text.as_deref().and_then(Day::parse);
    let last = day(&query.to).unwrap_or(today);
    let first = day(&query.from).unwrap_or(last.plus(1 - USUAL));
    let read = |run: Reader| async move {
        let counts = store::list(&run, first, last).await?;
        let counted = store::find_mark(&run, snapshot::MARK).await?;
        let counted_on = Day::of(Timestamp(counted));
        let latest = store::list(&run, counted_on, counted_on).await?;
        Ok::<_, Error>((counts, counted, latest))
    };
    // A worker makes these figures, so nobody misses in them what he has done just now.
    let (counts, counted, latest) = app.db.read(Age::Late, read).await?;
    let counted_at = (counted > 0).then_some(Timestamp(counted));
    let counted_on = Day::of(Timestamp(counted));
    let days = first.through(last.min(today));
    Ok(Statistics {
        from: first.to_string(),
        to: last.to_string(),
        counted_at,
        accounts: accounts(&latest, counted_on),
        days: days.clone().map(|day| figures_of(&counts, day)).collect(),
        cohorts: days.filter_map(|day| cohort(&counts, day, today)).collect(),
        mail: mail::queue_size(app).await?,
        machine: Some(Machine::of(app)),
    })
}

/// What has happened on this day so far.
pub(super) async fn today(app: &App) -> Result<DayFigures> {
    let today = Day::of(app.clock.now());
    let counts = store::list(&app.db, today, today).await?;
    Ok(figures_of(&counts, today))
}

fn get(counts: &Counts, day: Day, figure: Figure) -> i64 {
    counts.get(&(day, figure)).copied().unwrap_or(0)
}

fn figures_of(counts: &Counts, day: Day) -> DayFigures {
    let get = |figure| get(counts, day, figure);
    DayFigures {
        day: day.to_string(),
        sign_ups: get(Figure::SignUps),
        log_ins: get(Figure::LogIns),
        failures: get(Figure::Failures),
        lock_outs: get(Figure::LockOuts),
        active_day: get(Figure::ActiveDay),
        active_week: get(Figure::ActiveWeek),
        active_month: get(Figure::ActiveMonth),
    }
}

fn cohort(counts: &Counts, day: Day, today: Day) -> Option<Cohort> {
    let get = |figure| get(counts, day, figure);
    let accounts = get(Figure::Cohort);
    let kept = |days, figure| (day.plus(days) < today).then(|| get(figure));
    (accounts > 0).then(|| Cohort {
        day: day.to_string(),
        accounts,
        verified: get(Figure::CohortVerified),
        day_1: kept(1, Figure::KeptDay),
        day_7: kept(7, Figure::KeptWeek),
        day_30: kept(30, Figure::KeptMonth),
    })
}

fn accounts(counts: &Counts, day: Day) -> AccountFigures {
    let get = |figure| get(counts, day, figure);
    AccountFigures {
        total: get(Figure::Accounts),
        verified: get(Figure::Verified),
        locked: get(Figure::Locked),
        staff: get(Figure::Staff),
        away_24_hours: get(Figure::AwayDay),
        away_48_hours: get(Figure::AwayTwoDays),
        away_week: get(Figure::AwayWeek),
        away_year: get(Figure::AwayYear),
        never: get(Figure::AwayAlways),
    }
}

/// Statistics
///
/// What happens on the server, by day: sign-ups, log-ins, people who were there, and how many of those who came have stayed. The
/// figures are rolled up by a worker within seconds; the accounts are counted every five minutes, and every minute where they are few.
#[utoipa::path(
    get,
    path = "/statistics",
    operation_id = "statistics_show",
    tag = "Statistics",
    security(("OAuth2PasswordBearer" = [])),
    params(StatisticsQuery),
    responses((status = 200, description = "The figures.", body = Statistics), Unauthenticated, Forbidden, Invalid)
)]
pub(super) async fn api(
    State(app): State<App>,
    Checked(staff, input::Query(query)): Checked<Staff, input::Query<StatisticsQuery>>,
) -> Result<Json<Statistics>> {
    Ok(Json(show(&app, &staff, &query).await?))
}
