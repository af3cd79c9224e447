//! A line chart in SVG: a few series over a logarithmic axis, readable in light and dark.

use std::fmt::Write;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
const COLOURS: [&str; 5] = ["#15603f", "#b4541a", "#2b5fa8", "#8a3b8f", "#6b6b00"];

/// A chart to be drawn.
pub struct Picture {
    pub name: String,
    pub title: String,
    pub across: &'static str,
    pub up: &'static str,
    /// A name each, and its points.
    pub series: Vec<(String, Vec<(f64, f64)>)>,
}

impl Picture {
    pub fn svg(&self) -> String {
        let points = || self.series.iter().flat_map(|(_, points)| points);
        let (x0, x1) = bounds(points().map(|point| point.0));
        let (y0, y1) = bounds(points().map(|point| point.1));
        let x = |value: f64| LEFT + (WIDTH - LEFT - RIGHT) * share(value, x0, x1);
        let y = |value: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share(value, y0, y1);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
             font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/><text x=\"{LEFT}\" y=\"22\" \
             font-size=\"15\" font-weight=\"bold\">{}</text>",
            self.title
        );
        for value in ticks(y0, y1) {
            let _ = write!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#dddddd\"/><text x=\"{:.1}\" \
                 y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                y(value) + 4.0,
                label(value),
                at = y(value)
            );
        }
        for value in ticks(x0, x1) {
            let _ = write!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                x(value),
                HEIGHT - BOTTOM + 18.0,
                label(value)
            );
        }
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text><text x=\"{LEFT}\" y=\"36\" \
             text-anchor=\"end\">{}</text>",
            f64::midpoint(LEFT, WIDTH - RIGHT),
            HEIGHT - 8.0,
            self.across,
            self.up
        );
        for (number, (name, points)) in self.series.iter().enumerate() {
            let colour = COLOURS[number % COLOURS.len()];
            let line: Vec<String> = points
                .iter()
                .map(|point| format!("{:.1},{:.1}", x(point.0), y(point.1)))
                .collect();
            let end = points.last().copied().unwrap_or_default();
            let _ = write!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/><text x=\"{:.1}\" \
                 y=\"{:.1}\" fill=\"{colour}\">{name}</text>",
                line.join(" "),
                x(end.0) + 8.0,
                y(end.1) + 4.0
            );
            for point in points {
                let _ = write!(
                    svg,
                    "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{colour}\"/>",
                    x(point.0),
                    y(point.1)
                );
            }
        }
        svg.push_str("</svg>\n");
        svg
    }
}

/// Whole powers of ten around all values.
fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut low, mut high) = (f64::MAX, f64::MIN);
    for value in values.filter(|value| *value > 0.0) {
        low = low.min(value);
        high = high.max(value);
    }
    if low > high {
        return (1.0, 10.0);
    }
    let (low, high) = (
        10_f64.powf(low.log10().floor()),
        10_f64.powf(high.log10().ceil()),
    );
    (low, if high > low { high } else { low * 10.0 })
}

fn share(value: f64, low: f64, high: f64) -> f64 {
    (value.max(low).log10() - low.log10()) / (high.log10() - low.log10())
}

fn ticks(low: f64, high: f64) -> Vec<f64> {
    let mut ticks = vec![low];
    while ticks.last().is_some_and(|last| *last < high * 0.99) {
        ticks.push(ticks[ticks.len() - 1] * 10.0);
    }
    ticks
}

fn label(value: f64) -> String {
    match value {
        v if v >= 1_000_000.0 => format!("{:.0} M", v / 1_000_000.0),
        v if v >= 1000.0 => format!("{:.0} k", v / 1000.0),
        v if v >= 1.0 => format!("{v:.0}"),
        v => format!("{v}"),
    }
}
