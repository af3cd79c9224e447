//! Charts as the template draws them: places on a sheet, computed here, so that no script is needed to see them.

use serde_json::{Value, json};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 200.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 26.0;

/// Lines across the sheet.
const STEPS: i64 = 4;

/// Dates below the sheet.
const DATES: usize = 5;

/// A chart of one or several figures over days.
pub(super) struct Chart<'a> {
    /// Its name in the page.
    pub id: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// The days, oldest first.
    pub days: Vec<&'a str>,
    /// Each figure with its name, a value for each day.
    pub series: Vec<(&'static str, Vec<i64>)>,
}

impl Chart<'_> {
    /// The places of everything, and the values for the table behind it.
    pub fn draw(&self) -> Value {
        let values = self.series.iter().flat_map(|(_, values)| values);
        let top = rounded_up(values.copied().max().unwrap_or(0));
        let lines: Vec<Value> = (0..=STEPS)
            .map(
                |step| json!({"y": tenth(y(top * step / STEPS, top)), "value": top * step / STEPS}),
            )
            .collect();
        let series: Vec<Value> = self
            .series
            .iter()
            .map(|(name, values)| json!({"name": name, "points": self.points(values, top), "total": values.iter().sum::<i64>()}))
            .collect();
        let rows: Vec<Value> = self
            .days
            .iter()
            .enumerate()
            .rev()
            .map(|(place, day)| {
                let values = self.series.iter();
                let values: Vec<Option<&i64>> =
                    values.map(|(_, values)| values.get(place)).collect();
                json!({"day": day, "values": values})
            })
            .collect();
        let bars = match self.series.as_slice() {
            [(_, values)] => self.bars(values, top),
            _ => Vec::new(),
        };
        json!({
            "id": self.id, "title": self.title, "width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT,
            "bottom": HEIGHT - BOTTOM, "lines": lines, "series": series, "rows": rows, "bars": bars, "dates": self.dates(),
        })
    }

    /// The room of one day.
    fn step(&self) -> f64 {
        (WIDTH - LEFT - RIGHT) / real(self.days.len().max(1))
    }

    fn middle(&self, place: usize) -> f64 {
        self.step().mul_add(real(place) + 0.5, LEFT)
    }

    fn points(&self, values: &[i64], top: i64) -> String {
        let places = values.iter().enumerate();
        let points =
            places.map(|(place, value)| format!("{:.1},{:.1}", self.middle(place), y(*value, top)));
        points.collect::<Vec<_>>().join(" ")
    }

    fn bars(&self, values: &[i64], top: i64) -> Vec<Value> {
        let width = (self.step() * 0.72).max(0.8);
        let bar = |(place, value): (usize, &i64)| {
            let y = y(*value, top);
            json!({"x": tenth(self.middle(place) - width / 2.0), "y": tenth(y), "width": tenth(width), "height": tenth(HEIGHT - BOTTOM - y)})
        };
        values.iter().enumerate().map(bar).collect()
    }

    /// Some of the days, spread evenly, with their names below.
    fn dates(&self) -> Vec<Value> {
        let every = self.days.len().div_ceil(DATES).max(1);
        let days = self.days.iter().enumerate().step_by(every);
        days.map(|(place, day)| {
            json!({"x": tenth(self.middle(place)), "text": day.get(5..).unwrap_or(day)})
        })
        .collect()
    }
}

/// How high a value stands.
fn y(value: i64, top: i64) -> f64 {
    let room = HEIGHT - TOP - BOTTOM;
    let part = if top > 0 {
        f64::from(i32::try_from(value.saturating_mul(100_000) / top).unwrap_or(0)) / 100_000.0
    } else {
        0.0
    };
    room.mul_add(-part, HEIGHT - BOTTOM)
}

/// A number of days: few enough to be exact.
fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn tenth(place: f64) -> f64 {
    (place * 10.0).round() / 10.0
}

/// The next number with which the lines across have round values: 4, 8, 20, 40, 80, 200 …
fn rounded_up(most: i64) -> i64 {
    let mut unit = 1;
    loop {
        for top in [4, 8, 12, 20, 40] {
            if most <= top * unit {
                return top * unit;
            }
        }
        if unit > i64::MAX / 1000 {
            return most;
        }
        unit *= 10;
    }
}
