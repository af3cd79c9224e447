//! The parts of the benchmark that compute something: a figure that is wrong by itself would never be noticed.

use std::time::Duration;

use measure::{Histogram, Schedule};
use svg::{Axis, Chart, Series};

#[path = "../../benches/load/measure/mod.rs"]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and times become figures with three digits"
)]
mod measure;
#[path = "../../benches/load/report/svg/mod.rs"]
#[expect(clippy::cast_precision_loss, reason = "the number of a line")]
mod svg;

fn histogram(micros: impl IntoIterator<Item = u64>) -> Histogram {
    let mut histogram = Histogram::default();
    for micros in micros {
        histogram.record(Duration::from_micros(micros));
    }
    histogram
}

/// Whether a quantile is no less than the exact value, and at most 1.6 % more.
fn assert_close(found: Duration, exact: Duration) {
    assert!(
        found >= exact && found <= exact.mul_f64(1.016),
        "{found:?} for {exact:?}"
    );
}

#[test]
fn quantiles_are_close_to_the_exact_ones() {
    let seen = histogram(1..=100_000);
    assert_eq!(seen.count(), 100_000);
    for (part, micros) in [
        (0.5, 50_000),
        (0.99, 99_000),
        (0.999, 99_900),
        (1e-5, 1),
        (1.0, 100_000),
    ] {
        assert_close(seen.quantile(part), Duration::from_micros(micros));
    }
    assert_eq!(seen.most(), Duration::from_millis(100));
}

#[test]
fn every_duration_has_a_place() {
    for power in 0..64 {
        for nanos in [1_u64 << power, (1_u64 << power) - 1, (1_u64 << power) + 1] {
            let exact = Duration::from_nanos(nanos);
            let mut seen = Histogram::default();
            seen.record(exact);
            assert_close(seen.quantile(0.5), exact);
        }
    }
    let mut forever = Histogram::default();
    forever.record(Duration::MAX);
    assert_eq!(forever.quantile(1.0), Duration::from_nanos(u64::MAX));
}

#[test]
fn histograms_add_up() {
    let mut both = histogram(1..=10);
    both.merge(&histogram([1_000_000]));
    assert_eq!(both.count(), 11);
    assert_close(both.quantile(0.9), Duration::from_micros(10));
    assert_eq!(both.quantile(1.0), Duration::from_secs(1));
    assert_eq!(Histogram::default().quantile(0.99), Duration::ZERO);
}

#[test]
fn the_timetable_depends_on_nothing_but_the_rate() {
    let schedule = Schedule {
        rate: 3.0,
        lasting: Duration::from_secs(1000),
    };
    let moments: Vec<Duration> = schedule.moments().collect();
    assert_eq!(moments.len(), 3000);
    assert_eq!(moments[0], Duration::ZERO);
    // No error adds up: the last request of three a second is due a third of a second before the end.
    let end = moments[2999].as_secs_f64();
    assert!((end - (1000.0 - 1.0 / 3.0)).abs() < 1e-6, "{end}");
}

fn axis(label: &str, is_logarithmic: bool) -> Axis {
    Axis {
        label: label.to_owned(),
        is_logarithmic,
    }
}

/// What stands between the quotes of an attribute, for every element that has it.
fn attributes(svg: &str, name: &str) -> Vec<f64> {
    let begin = format!(" {name}=\"");
    let parts = svg.split(&begin).skip(1);
    parts
        .map(|part| part.split('"').next().unwrap().parse().unwrap())
        .collect()
}

#[test]
fn a_picture_has_its_points_where_they_belong() {
    let series = Series {
        name: "first <page>".to_owned(),
        points: vec![(1000.0, 10.0), (100_000.0, 100.0), (1_000_000.0, 1000.0)],
    };
    let chart = Chart {
        title: "Lists & searches".to_owned(),
        x: axis("accounts", true),
        y: axis("a second", true),
        series: vec![series],
    };
    let svg = chart.svg();
    let (x, y) = (attributes(&svg, "cx"), attributes(&svg, "cy"));
    // On a logarithmic axis a hundredfold is twice as far as a tenfold.
    assert!(((x[1] - x[0]) - 2.0 * (x[2] - x[1])).abs() < 0.3, "{x:?}");
    assert!(((y[0] - y[1]) - (y[1] - y[2])).abs() < 0.3, "{y:?}");
    assert!(svg.contains("Lists &amp; searches") && svg.contains("first &lt;page&gt;"));
    assert!(svg.contains("prefers-color-scheme: dark"));
}
