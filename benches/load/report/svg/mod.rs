//! Line charts as SVG: small, without scripts and fonts, and readable on a light and on a dark page.

mod scale;

use std::fmt::Write;

use scale::Scale;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
/// Room for what stands beside the lines: left, right, top, bottom.
const ROOM: (f64, f64, f64, f64) = (72.0, 190.0, 48.0, 56.0);
/// Apart for people who see colours otherwise (Okabe and Ito), and strong enough on white and on black.
const COLOURS: [&str; 6] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#7b68c8",
];
/// Beside the colour, what tells the lines apart in print.
const DASHES: [&str; 6] = ["none", "6 3", "2 3", "10 3 2 3", "4 4", "12 4"];

/// An axis.
#[derive(Debug, Clone)]
pub struct Axis {
    /// What it shows.
    pub label: String,
    /// Whether each step is ten times the one before.
    pub is_logarithmic: bool,
}

/// A line.
#[derive(Debug, Clone)]
pub struct Series {
    /// What it is called.
    pub name: String,
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
}

/// A chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What it shows, in a sentence.
    pub title: String,
    /// From left to right.
    pub x: Axis,
    /// From below upwards.
    pub y: Axis,
    /// The lines.
    pub series: Vec<Series>,
}

/// The text of a mark.
fn mark(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{} M", value / 1e6),
        value if value >= 1e3 => format!("{} k", value / 1e3),
        value => format!("{}", (value * 1e6).round() / 1e6),
    }
}

/// Text in a picture: what a reader typed stays text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

impl Chart {
    /// The picture.
    pub fn svg(&self) -> String {
        let points = || self.series.iter().flat_map(|series| series.points.iter());
        let (left, right, top, bottom) = ROOM;
        let x = Scale::of(
            &self.x,
            points().map(|point| point.0),
            (left, WIDTH - right),
        );
        let y = Scale::of(
            &self.y,
            points().map(|point| point.1),
            (HEIGHT - bottom, top),
        );
        let mut svg = self.begin();
        axes(&mut svg, &x, &y);
        let middle = f64::midpoint(x.places.0, x.places.1);
        let (label, end) = (escaped(&self.x.label), HEIGHT - 12.0);
        // Writing into a string does not fail.
        let _ = writeln!(
            svg,
            r#"<text x="{middle}" y="{end}" text-anchor="middle">{label}</text>"#
        );
        let _ = writeln!(
            svg,
            r#"<text x="{left}" y="{}">{}</text>"#,
            top - 10.0,
            escaped(&self.y.label)
        );
        for (number, series) in self.series.iter().enumerate() {
            line(&mut svg, (&x, &y), series, number);
        }
        svg + "</svg>\n"
    }

    fn begin(&self) -> String {
        let title = escaped(&self.title);
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">
<title>{title}</title>
<style>
svg {{ background: #ffffff; font: 13px system-ui, sans-serif; }}
text {{ fill: #1f2328; }} .grid {{ stroke: #d0d7de; stroke-width: 1; }} .head {{ font-size: 15px; font-weight: 600; }}
@media (prefers-color-scheme: dark) {{ svg {{ background: #0d1117; }} text {{ fill: #e6edf3; }} .grid {{ stroke: #30363d; }} }}
</style>
<text class="head" x="{}" y="20">{title}</text>
"#,
            ROOM.0
        )
    }
}

fn axes(svg: &mut String, x: &Scale, y: &Scale) {
    for value in x.marks() {
        let (place, text, end) = (x.place(value), mark(value), y.places.0);
        let _ = writeln!(
            svg,
            r#"<line class="grid" x1="{place:.1}" x2="{place:.1}" y1="{}" y2="{end}"/>"#,
            y.places.1
        );
        let _ = writeln!(
            svg,
            r#"<text x="{place:.1}" y="{}" text-anchor="middle">{text}</text>"#,
            end + 18.0
        );
    }
    for value in y.marks() {
        let (place, text, begin) = (y.place(value), mark(value), x.places.0);
        let _ = writeln!(
            svg,
            r#"<line class="grid" x1="{begin}" x2="{}" y1="{place:.1}" y2="{place:.1}"/>"#,
            x.places.1
        );
        let _ = writeln!(
            svg,
            r#"<text x="{}" y="{:.1}" text-anchor="end">{text}</text>"#,
            begin - 6.0,
            place + 4.0
        );
    }
}

fn line(svg: &mut String, (x, y): (&Scale, &Scale), series: &Series, number: usize) {
    let colour = COLOURS
        .iter()
        .cycle()
        .nth(number)
        .copied()
        .unwrap_or("#0072b2");
    let dash = DASHES.iter().cycle().nth(number).copied().unwrap_or("none");
    let places: Vec<(f64, f64)> = series
        .points
        .iter()
        .map(|point| (x.place(point.0), y.place(point.1)))
        .collect();
    let path: Vec<String> = places
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    let _ = writeln!(
        svg,
        r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>"#,
        path.join(" ")
    );
    for (x, y) in &places {
        let _ = writeln!(
            svg,
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{colour}"/>"#
        );
    }
    let (begin, place) = (WIDTH - ROOM.1 + 14.0, ROOM.2 + 8.0 + 20.0 * number as f64);
    let _ = writeln!(
        svg,
        r#"<line x1="{begin}" x2="{}" y1="{place}" y2="{place}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>"#,
        begin + 24.0
    );
    let _ = writeln!(
        svg,
        r#"<text x="{}" y="{}">{}</text>"#,
        begin + 30.0,
        place + 4.0,
        escaped(&series.name)
    );
}
